using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Execution;

/// <summary>The possible contents of a script.</summary>
public sealed class ScriptContentSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task A_script_can_build_two_indexes_concurrently()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__t.sql"] = "CREATE TABLE t (x int, y int);",
            ["V2__indexes.sql"] = """
                -- evolve-tx-off
                SET statement_timeout = '1h';
                CREATE INDEX CONCURRENTLY x ON t (x);
                CREATE INDEX CONCURRENTLY y ON t (y);
                """,
            ["V3__after.sql"] = "CREATE TABLE after ();",
        };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(["x|True", "y|True"], await database.RowsAsync(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname IN ('x', 'y') ORDER BY 1"));
        Assert.Equal("V1__t.sql,V2__indexes.sql,V3__after.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_script_can_contain_COPY_data()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__t.sql"] = "CREATE TABLE t (x int, y text);\nCOPY t (x, y) FROM stdin;\n1\tone; -- not the end\n2\t\\N\n3\ttab\\there é😀\n\\.\n\nINSERT INTO t VALUES (4, 'after');\n",
            ["V2__csv.sql"] = "COPY t FROM STDIN WITH (FORMAT csv);\n5,\"five, with 'quotes'\"\n\\.\n",
        };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(
            ["1|one; -- not the end", "2|", "3|tab\there é😀", "4|after", "5|five, with 'quotes'"],
            await database.RowsAsync("SELECT * FROM t ORDER BY x"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Invalid_COPY_data_is_rolled_back_and_reported_with_its_line()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__t.sql"] = "CREATE TABLE t (x int);\nCOPY t FROM stdin;\n1\ntwo\n\\.\n" };

        var up = await new Cli(database, scripts).FailAsync(1, "up");

        Assert.StartsWith("error: V1__t.sql:2:1: invalid input syntax for type integer: \"two\" (SQLSTATE 22P02)", up.FirstError, StringComparison.Ordinal);
        Assert.Contains("context: COPY t, line 2, column x", up.Stderr, StringComparison.Ordinal);
        Assert.Empty(await database.TablesAsync());
        Assert.Empty(await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_script_can_create_functions_with_dollar_quotes_and_BEGIN_ATOMIC()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__functions.sql"] = """
                CREATE TABLE log (t text);
                CREATE FUNCTION dollar(x text) RETURNS text LANGUAGE plpgsql AS $body$
                BEGIN
                    -- a semicolon; a quote ' and $$ another dollar quote; $$
                    RETURN 'dollar;' || x;
                END;
                $body$;
                CREATE FUNCTION atomic(x text) RETURNS text
                BEGIN ATOMIC
                    INSERT INTO log VALUES ('atomic');
                    SELECT 'atomic;' || CASE WHEN x IS NULL THEN 'null' ELSE x END;
                END;
                CREATE PROCEDURE nothing() LANGUAGE sql BEGIN ATOMIC END;
                SELECT atomic('x');
                """,
        };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("dollar;x|atomic", (await database.RowsAsync("SELECT dollar('x'), t FROM log"))[0]);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("-- nothing but a comment")]
    [InlineData(";;;")]
    [InlineData("-- evolve-tx-off")]
    public async Task A_script_can_be_empty(string text)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = text };

        await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal("V1__x.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_script_can_have_several_thousand_statements()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = "CREATE TABLE t (x int);\n" + string.Concat(Enumerable.Range(1, 3000).Select(i => $"INSERT INTO t VALUES ({i});\n"))
                + "SELECT nothing;",
        };

        var migrate = new Cli(database, scripts);
        var up = await migrate.FailAsync(1, "up");
        Assert.StartsWith("error: V1__x.sql:3002:8: ", up.FirstError, StringComparison.Ordinal);
        Assert.Empty(await database.TablesAsync());

        scripts["V1__x.sql"] = scripts["V1__x.sql"].Replace("SELECT nothing;", "", StringComparison.Ordinal);
        await migrate.SucceedAsync("up");
        Assert.Equal("3000", await database.ScalarAsync("SELECT count(*) FROM t"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Notices_are_shown_with_script_and_line()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = """
                CREATE TABLE t (x int);
                DO $$ BEGIN RAISE NOTICE 'from line %', 2; END $$;
                DROP TABLE IF EXISTS nothing;
                  DO $$ BEGIN RAISE WARNING 'from line 4'; END $$;
                DO $$ BEGIN RAISE DEBUG 'not shown'; END $$;
                """,
            ["V2__y.sql"] = "-- evolve-tx-off\nSELECT 1;\nDO $$ BEGIN RAISE NOTICE 'outside a transaction'; END $$;",
        };

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Equal(
            """
            V1__x.sql:2:1: NOTICE: from line 2
            V1__x.sql:3:1: NOTICE: table "nothing" does not exist, skipping
            V1__x.sql:4:3: WARNING: from line 4
            V2__y.sql:3:1: NOTICE: outside a transaction

            """,
            up.Stderr);
    }

    [Fact(Timeout = Timeout)]
    public async Task Placeholders_are_read_from_the_option_and_the_environment()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "CREATE TABLE ${table} (x text DEFAULT '${text}');\nINSERT INTO ${TABLE} DEFAULT VALUES;" };
        var migrate = new Cli(database, scripts) { ["MIGRATE_PLACEHOLDER_TABLE"] = "orders" };

        await migrate.SucceedAsync("up", "--placeholder", "text=a=b; c");

        Assert.Equal("a=b; c", await database.ScalarAsync("SELECT x FROM orders"));
        // The checksum is computed from the file, so other values do not change it.
        await migrate.SucceedAsync("up", "--placeholder", "text=other");
        await migrate.SucceedAsync("wait");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_no_placeholders_option_sends_a_script_unchanged()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "CREATE TABLE t AS SELECT '${text}' AS x;" };

        await new Cli(database, scripts).SucceedAsync("up", "--no-placeholders");

        Assert.Equal("${text}", await database.ScalarAsync("SELECT x FROM t"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Placeholders_of_applied_scripts_need_no_value()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "SELECT '${once}';" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up", "--placeholder=once=1");

        scripts["V2__y.sql"] = "SELECT 1;";
        await migrate.SucceedAsync("up");
    }
}
