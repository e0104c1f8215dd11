using System.Text.Json;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.LockReport;

/// <summary>The locks, table rewrites and changed rows that <c>up</c> reports.</summary>
public sealed class ObservationSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task A_lock_that_blocks_no_session_is_not_reported_as_a_warning()
    {
        var database = await OrdersAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "ALTER TABLE orders ADD c int;\nCREATE TABLE fresh ();" };

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Matches("^applied V1__x.sql in [0-9]+ ms(; orders locked for [0-9]+ ms)?\nDone", up.Stdout);
        Assert.Equal("", up.Stderr);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_short_lock_is_reported_in_the_line_of_the_script()
    {
        var database = await OrdersAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "ALTER TABLE orders ALTER id TYPE bigint;\nSELECT pg_sleep(0.2);" };

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Matches("(?m)^applied V1__x.sql in [0-9]+ ms; orders locked for [0-9]+ ms and rewritten$", up.Stdout);
        Assert.Equal("", up.Stderr);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_long_lock_is_reported_as_a_warning_with_the_safer_way()
    {
        var database = await OrdersAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "SELECT 1;\nCREATE INDEX i ON orders (id);\nDO $$ BEGIN PERFORM pg_sleep(1.2); END $$;" };

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Matches(
            "^warning: V1__x.sql:2:1: writes on orders waited up to 1.[2-9] s\n"
            + "  detail: This statement acquired the SHARE lock, and held the lock until the commit.\n"
            + "  next: Use CREATE INDEX CONCURRENTLY .* \\[index-without-concurrently\\]\n$",
            up.Stderr);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_time_of_a_lock_starts_with_the_statement_that_took_it()
    {
        var database = await OrdersAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "CREATE TABLE fresh AS SELECT 1 AS x FROM pg_sleep(1.2);\nALTER TABLE orders ADD c int;" };

        var up = await new Cli(database, scripts).SucceedAsync("up", "--output=json");

        Assert.Equal("", up.Stderr);
        var observed = Assert.Single(Observed(up));
        Assert.Equal("orders|2|ACCESS EXCLUSIVE", Join(observed, "table", "line", "lock"));
        Assert.InRange(observed.GetProperty("milliseconds").GetInt64(), 0, 1_100);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15, "DROP TYPE mood CASCADE;\nSELECT pg_sleep(1.2);", "1:1: reads and writes on keep")]
    [InlineData(18, "SELECT pg_sleep(0.1);\nDROP SCHEMA shop CASCADE;\nSELECT pg_sleep(1.2);", "2:1: reads and writes on shop.kept")]
    [InlineData(15, "SELECT count(*) FROM keep;\nDROP FUNCTION next_id() CASCADE;\nSELECT pg_sleep(1.2);", "2:1: reads and writes on keep")]
    [InlineData(15, "SELECT pg_sleep(0.1);\nDO $$ BEGIN ALTER TABLE keep ADD c int; END $$;\nSELECT pg_sleep(1.2);", "2:1: reads and writes on keep")]
    [InlineData(15, "DO $$ BEGIN LOCK TABLE keep IN SHARE MODE; END $$;\nSELECT pg_sleep(1.2);", "1:1: writes on keep")]
    [InlineData(15, "SELECT now();\nSELECT lock_keep();\nSELECT pg_sleep(1.2);", "2:1: reads and writes on keep")]
    [InlineData(18, "TRUNCATE orders CASCADE;\nSELECT pg_sleep(1.2);", "1:1: reads and writes on lines")]
    [InlineData(15, "SELECT pg_sleep(0.1);\nALTER DOMAIN positive ADD CHECK (VALUE > 0);\nSELECT pg_sleep(1.2);", "2:1: writes on keep")]
    [InlineData(18, "SELECT pg_sleep(0.1);\nALTER TABLE parts ADD c int;\nSELECT pg_sleep(1.2);", "2:1: reads and writes on part_1")]
    public async Task The_lock_of_a_table_that_no_statement_names_is_reported_at_the_statement_that_took_it(int major, string script, string warning)
    {
        var database = await DependentTablesAsync(major);
        using var scripts = new ScriptFolder { ["V1__x.sql"] = script };

        var up = await new Cli(database, scripts).SucceedAsync("up");

        Assert.Contains($"warning: V1__x.sql:{warning} waited up to 1.", up.Stderr, StringComparison.Ordinal);
        Assert.Contains("  detail: This statement acquired the ", up.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("Probably", up.Stderr, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("DO $$ BEGIN LOCK TABLE keep; END $$;\nDO $$ BEGIN PERFORM pg_sleep(1.2); END $$;", "1:1")]
    [InlineData("SELECT lock_keep();\nDO $$ BEGIN PERFORM pg_sleep(1.2); END $$;", "2:1")]
    [InlineData("ALTER TABLE orders ADD c int;\nDROP TYPE mood CASCADE;\nSELECT pg_sleep(1.2);", "2:1")]
    [InlineData("INSERT INTO triggering VALUES (1);\nSELECT pg_sleep(1.2);", "1:1")]
    public async Task A_lock_that_several_statements_or_no_statement_can_have_taken_is_reported_as_probable(string script, string place)
    {
        var database = await DependentTablesAsync(15);
        using var scripts = new ScriptFolder { ["V1__x.sql"] = script };

        var up = await new Cli(database, scripts).SucceedAsync("up", "--output=json");

        var observed = Observed(up).Single(o => Join(o, "table", "lock") == "keep|ACCESS EXCLUSIVE");
        Assert.Equal($"{place.Split(':')[0]}|False", Join(observed, "line", "isCertain"));
        Assert.Contains($"warning: V1__x.sql:{place}: reads and writes on keep waited up to 1.", up.Stderr, StringComparison.Ordinal);
        Assert.Contains(
            "  detail: The script does not show which statement locked keep. Probably this one acquired the ACCESS EXCLUSIVE lock. The lock was held until the commit.\n",
            up.Stderr, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task Each_existing_table_is_reported_with_lock_rows_and_statement(int major)
    {
        var database = await OrdersAsync(major);
        await database.ExecuteAsync("CREATE SCHEMA shop; CREATE TABLE shop.\"Odd name\" (x int)");
        using var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = """
                CREATE TABLE fresh (id int);
                INSERT INTO fresh VALUES (1);
                UPDATE orders SET note = 'y' WHERE id <= 3;
                ALTER TABLE shop."Odd name" ADD y int;
                CREATE INDEX i ON shop."Odd name" (x);
                DELETE FROM public.orders WHERE id = 1;
                """,
            ["V2__x.sql"] = "ALTER TABLE fresh ADD y int;",
            ["V3__x.sql"] = "DO $$ BEGIN TRUNCATE orders; END $$;",
        };

        var up = await new Cli(database, scripts).SucceedAsync("up", "--output=json");

        Assert.Equal(
            [
                "orders|3|ROW EXCLUSIVE|nothing|False||3",
                "shop.Odd name|4|ACCESS EXCLUSIVE|reads and writes|False||",
                "orders|6|ROW EXCLUSIVE|nothing|False||1",
                "orders|1|ACCESS EXCLUSIVE|reads and writes|True|0|",
            ],
            Observed(up).Select(o => Join(o, "table", "line", "lock", "blocked", "rewritten", "bytes", "rows")));
        Assert.Equal(3, up.Json.GetProperty("applied").GetArrayLength());
        Assert.Equal("3|0|1", string.Join('|', await database.RowsAsync("SELECT coalesce(jsonb_array_length(observed), 0) FROM changelog_audit ORDER BY id")));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("--no-observe", null)]
    [InlineData("--output=json", "true")]
    public async Task Observation_can_be_switched_off(string flag, string? variable)
    {
        var database = await OrdersAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "ALTER TABLE orders ADD c int;\nSELECT pg_sleep(1.1);" };

        var up = await new Cli(database, scripts) { ["MIGRATE_NO_OBSERVE"] = variable }.SucceedAsync("up", "--output=json", flag);

        Assert.Empty(Observed(up));
        Assert.Equal("", up.Stderr);
        Assert.Equal("", await database.ScalarAsync("SELECT observed FROM changelog_audit"));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_lock_of_a_step_counts_until_the_commit_of_the_step()
    {
        var database = await OrdersAsync();
        using var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = "-- evolve-tx-off\nALTER TABLE orders ADD c int;\nCREATE INDEX CONCURRENTLY i ON orders (id);\nBEGIN;\nCREATE INDEX j ON orders (id);\nSELECT pg_sleep(1.2);\nCOMMIT;",
        };

        var up = await new Cli(database, scripts).SucceedAsync("up", "--output=json");

        var observed = Observed(up);
        Assert.Equal(["orders|2|ACCESS EXCLUSIVE", "orders|5|SHARE"], observed.Select(o => Join(o, "table", "line", "lock")));
        Assert.InRange(observed[0].GetProperty("milliseconds").GetInt64(), 0, 1_100);
        Assert.True(observed[1].GetProperty("milliseconds").GetInt64() >= 1_200);
        Assert.Contains("V1__x.sql:5:1: writes on orders waited up to 1.", up.Stderr, StringComparison.Ordinal);
        Assert.Equal("2", await database.ScalarAsync("SELECT jsonb_array_length(observed) FROM changelog_audit"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_slow_script_is_observed_after_many_fast_scripts()
    {
        var database = await OrdersAsync();
        using var scripts = new ScriptFolder();
        for (var i = 1; i <= 150; i++)
        {
            scripts[$"V{i}__x.sql"] = "ALTER TABLE orders ALTER note SET DEFAULT 'z';";
        }

        scripts["V151__x.sql"] = "ALTER TABLE orders ADD c int;\nSELECT pg_sleep(2.5);";

        var up = await new Cli(database, scripts).SucceedAsync("up", "--output=json");

        var last = up.Json.GetProperty("applied")[150].GetProperty("observed");
        Assert.Equal("orders|1|ACCESS EXCLUSIVE", Join(Assert.Single(last.EnumerateArray()), "table", "line", "lock"));
        Assert.Contains("V151__x.sql:1:1: reads and writes on orders waited up to 2.", up.Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task An_audit_table_of_an_older_version_gets_the_observed_column()
    {
        var database = await OrdersAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "SELECT 1;" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        await database.ExecuteAsync("ALTER TABLE changelog_audit DROP COLUMN observed");
        scripts["V2__x.sql"] = "ALTER TABLE orders ADD c int;";

        await migrate.SucceedAsync("status", "--history");
        await migrate.SucceedAsync("up");

        Assert.Equal("V1__x.sql|,V2__x.sql|1", string.Join(',', await database.RowsAsync("SELECT script, jsonb_array_length(observed) FROM changelog_audit ORDER BY id")));
    }

    private async Task<TestDatabase> OrdersAsync(int major = 15)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsync("CREATE TABLE orders (id int, note text); INSERT INTO orders SELECT i, 'x' FROM generate_series(1, 100) i");
        return database;
    }

    private async Task<TestDatabase> DependentTablesAsync(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        await database.ExecuteAsync("""
            CREATE TYPE mood AS ENUM ('sad');
            CREATE DOMAIN positive AS int;
            CREATE FUNCTION next_id() RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE SCHEMA shop;
            CREATE TABLE shop.kept (id int);
            CREATE TABLE keep (id int DEFAULT next_id(), m mood, p positive);
            CREATE FUNCTION lock_keep() RETURNS void LANGUAGE plpgsql AS 'BEGIN LOCK TABLE keep; END';
            CREATE TABLE orders (id int PRIMARY KEY);
            CREATE TABLE lines (order_id int REFERENCES orders);
            CREATE TABLE parts (id int) PARTITION BY LIST (id);
            CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
            CREATE TABLE triggering (id int);
            CREATE FUNCTION lock_in_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN LOCK TABLE keep; RETURN NEW; END';
            CREATE TRIGGER locks BEFORE INSERT ON triggering FOR EACH ROW EXECUTE FUNCTION lock_in_trigger();
            """);
        return database;
    }

    private static List<JsonElement> Observed(CliResult up)
        => [.. up.Json.GetProperty("applied").EnumerateArray().SelectMany(a => a.GetProperty("observed").EnumerateArray())];

    private static string Join(JsonElement element, params string[] names) => string.Join('|', names.Select(n => element.GetProperty(n).ToString()));
}
