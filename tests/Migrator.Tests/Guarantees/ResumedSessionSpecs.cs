using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>Guarantee 5: the rest of a resumed script runs with the settings and the role that the session had after the completed steps.</summary>
public sealed class ResumedSessionSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    // Statements before the statement that fails, and the schema in which this statement then finds its table.
    private static readonly (string Statements, string Schema)[] s_paths =
    [
        ("BEGIN; SET search_path = shop; CREATE TABLE t2 (); COMMIT;", "shop"),
        ("BEGIN; SELECT set_config('search_path', 'shop', false); COMMIT;", "shop"),
        ("DO $$ BEGIN SET search_path = shop; END $$;", "shop"),
        ("DO $$ BEGIN PERFORM set_config('search_path', 'shop', false); END $$;", "shop"),
        ("SELECT use_shop();", "shop"),
        ("CALL commits();", "shop"),
        ("BEGIN; SET LOCAL search_path = shop; CREATE TABLE t2 (); COMMIT;", "public"),
        ("BEGIN; SET search_path = shop; ROLLBACK; SELECT 1;", "public"),
        ("SET search_path = shop; BEGIN; CREATE TABLE t2 (); SET search_path = public; COMMIT;", "public"),
        ("BEGIN; SET search_path = public; COMMIT; SET search_path = shop;", "shop"),
        ("BEGIN; SET search_path = shop; COMMIT; VACUUM t;", "shop"),
    ];

    public static TheoryData<int, string, string> Paths => [.. PostgresMajors.Tested.SelectMany(m => s_paths.Select(p => (m.Data, p.Statements, p.Schema)))];

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Paths))]
    public async Task A_resumed_script_finds_its_tables_in_the_same_schema(int major, string statements, string schema)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app");
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = """
                CREATE SCHEMA shop;
                CREATE TABLE shop.t (a int); INSERT INTO shop.t VALUES (1), (1);
                CREATE TABLE public.t (a int); INSERT INTO public.t VALUES (1), (1);
                CREATE FUNCTION use_shop() RETURNS text LANGUAGE sql AS $$ SELECT set_config('search_path', 'shop', false) $$;
                CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; PERFORM set_config('search_path', 'shop', false); END $$;
                """,
            ["V2__b.sql"] = $"-- evolve-tx-off\n{statements}\nCREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a);",
        };
        var migrate = new Cli(database, scripts);
        Assert.Contains("could not create unique index", (await migrate.FailAsync(1, "up")).Stderr, StringComparison.Ordinal);
        await database.ExecuteAsync("TRUNCATE shop.t, public.t");

        await migrate.SucceedAsync("up");

        Assert.Equal($"{schema}.t", await database.ScalarAsync("SELECT schemaname || '.' || tablename FROM pg_indexes WHERE indexname = 't_a'"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("SET app.tenant = 'acme';")]
    [InlineData("BEGIN; SET SESSION \"app\".tenant TO 'acme'; COMMIT;")]
    [InlineData("SELECT set_config('app.tenant', 'acme', false);")]
    [InlineData("DO $$ BEGIN PERFORM set_config('app.tenant', 'acme', false); END $$;")]
    public async Task A_resumed_script_has_the_settings_with_a_dot_that_it_set(string statement)
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync("GRANT CREATE ON SCHEMA public TO app");
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = $"-- evolve-tx-off\n{statement}\nCREATE TABLE a ();\nCREATE TABLE t AS SELECT 1 / count(*) AS x, current_setting('app.tenant', true) AS tenant FROM pg_class WHERE relname = 'ready';",
        };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");
        await database.ExecuteAsync("CREATE TABLE ready ()");

        await migrate.SucceedAsync("up");

        Assert.Equal("acme", await database.ScalarAsync("SELECT tenant FROM t"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("BEGIN; SET ROLE {other}; COMMIT;")]
    [InlineData("DO $$ BEGIN SET ROLE {other}; END $$;")]
    [InlineData("SELECT set_config('role', '{other}', false);")]
    public async Task A_resumed_script_works_as_the_same_role(string statements)
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsSuperuserAsync(database.Named("CREATE ROLE {other}; GRANT {other} TO app; GRANT CREATE ON SCHEMA public TO app, {other}"));
        using var scripts = new ScriptFolder { ["V1__a.sql"] = database.Named($"-- evolve-tx-off\n{statements}\nCREATE TABLE t AS SELECT 1 / count(*) AS x FROM pg_class WHERE relname = 'ready';") };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");
        await database.ExecuteAsync("CREATE TABLE ready ()");

        await migrate.SucceedAsync("up");

        Assert.Equal(database.Named("{other}"), await database.ScalarAsync("SELECT tableowner FROM pg_tables WHERE tablename = 't'"));
        Assert.Equal("app", await database.ScalarAsync("SELECT role FROM changelog_audit ORDER BY id DESC LIMIT 1"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("SET standard_conforming_strings = off; SET escape_string_warning = off", "length('a\\\\b')", "3")]
    [InlineData("SET DateStyle = 'SQL, DMY'", "date_part('month', '02/03/2026'::date)", "3")]
    [InlineData("SET TimeZone = 'Asia/Kathmandu'", "current_setting('timezone')", "Asia/Kathmandu")]
    [InlineData("SET work_mem = '7MB'", "current_setting('work_mem')", "7MB")]
    public async Task A_resumed_script_has_the_settings_of_a_block(string setting, string expression, string value)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = $"-- evolve-tx-off\nBEGIN;\n{setting};\nCOMMIT;\nCREATE TABLE t AS SELECT {expression} AS x, 1 / count(*) FROM pg_class WHERE relname = 'ready';" };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");
        await database.ExecuteAsync("CREATE TABLE ready ()");

        await migrate.SucceedAsync("up", "--lock-timeout=3s");

        Assert.Equal(value, await database.ScalarAsync("SELECT x FROM t"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_resumed_script_has_the_lock_limit_of_the_run_that_resumes_it()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "-- evolve-tx-off\nSELECT 1;\nCREATE TABLE t AS SELECT current_setting('lock_timeout') AS x, 1 / count(*) FROM pg_class WHERE relname = 'ready';" };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up", "--lock-timeout=9s");
        await database.ExecuteAsync("CREATE TABLE ready ()");

        await migrate.SucceedAsync("up", "--lock-timeout=3s");

        Assert.Equal("3s", await database.ScalarAsync("SELECT x FROM t"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("BEGIN;\nSET search_path = shop, public;\nCOMMIT;", 6)]
    [InlineData("DO $$ BEGIN END $$;", 0)]
    [InlineData("BEGIN;\nCREATE TABLE t2 ();\nCOMMIT;", 0)]
    [InlineData("BEGIN;\nSET search_path = shop, public;\nCOMMIT;\nSET search_path = public;", 0)]
    public async Task A_state_that_was_not_recorded_is_not_guessed(string statements, int exitCode)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = $"-- evolve-tx-off\n{statements}\nCREATE TABLE t AS SELECT 1 / count(*) AS x FROM pg_class WHERE relname = 'ready';" };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");
        await database.ExecuteAsync("CREATE TABLE ready (); UPDATE changelog_progress SET session = NULL");

        var resumed = await migrate.FailAsync(exitCode, "up");

        Assert.Equal(exitCode == 6, resumed.Stderr.Contains("V1__a.sql:2:1: the settings and the role of the session after this statement cannot be restored", StringComparison.Ordinal));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("CREATE TABLE t2 ();", 0)]
    [InlineData("BEGIN;\nCREATE TABLE t2 ();\nCOMMIT;", 0)]
    [InlineData("DO $$ BEGIN SET search_path = public; END $$;", 6)]
    public async Task The_newest_known_state_is_restored_unless_a_later_step_may_have_changed_it(string later, int exitCode)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE SCHEMA shop;",
            ["V2__b.sql"] = $"-- evolve-tx-off\nBEGIN;\nSET search_path = shop;\nCOMMIT;\n{later}\nCREATE TABLE t AS SELECT 1 / count(*) AS x FROM pg_class WHERE relname = 'ready';",
        };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");
        await database.ExecuteAsync("CREATE TABLE ready (); UPDATE changelog_progress SET session = NULL WHERE step = 2");

        await migrate.FailAsync(exitCode, "up");

        Assert.Equal(exitCode == 0 ? ["shop"] : [], await database.RowsAsync("SELECT schemaname FROM pg_tables WHERE tablename = 't'"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("CREATE TEMP TABLE dup AS SELECT 1 AS a", "INSERT INTO t SELECT a FROM dup")]
    [InlineData("PREPARE p AS SELECT 1", "EXECUTE p")]
    [InlineData("SELECT pg_advisory_lock(7)", "INSERT INTO t VALUES (1)")]
    public async Task A_script_that_could_not_be_resumed_is_refused_before_it_starts(string first, string second)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__t.sql"] = "CREATE TABLE t (a int);", ["V2__b.sql"] = $"-- evolve-tx-off\n{first};\n{second};" };
        var migrate = new Cli(database, scripts);

        foreach (var command in new[] { "up", "plan", "lint" })
        {
            var refused = await migrate.FailAsync(2, command);
            Assert.Contains("V2__b.sql:3:1: this statement needs the ", refused.Stderr, StringComparison.Ordinal);
        }

        Assert.Equal("0", await database.ScalarAsync("SELECT count(*) FROM pg_class WHERE relname = 'changelog'"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_temporary_table_that_a_function_uses_is_named_as_the_cause_when_the_script_is_resumed()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__f.sql"] = "CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM dup); END $$;",
            ["V2__b.sql"] = "-- evolve-tx-off\nCREATE TEMP TABLE dup (a int);\nSELECT 1 / count(*) FROM pg_class WHERE relname = 'ready';\nSELECT f();",
        };
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(1, "up");
        await database.ExecuteAsync("CREATE TABLE ready ()");

        var resumed = await migrate.FailAsync(6, "up");

        Assert.Contains("V2__b.sql:4:1: relation \"dup\" does not exist", resumed.Stderr, StringComparison.Ordinal);
        Assert.Contains("The temporary tables, prepared statements and cursors of its session do not exist any more.", resumed.Stderr, StringComparison.Ordinal);
    }
}
