using System.Globalization;
using System.Text.Json;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Linting;

/// <summary><c>plan</c> shows the findings of <c>lint</c> in pending scripts, adjusted to the database.</summary>
public sealed class PlanSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    private const string Index = "CREATE INDEX orders_id ON orders (id);";

    [Theory(Timeout = Timeout)]
    [InlineData(15, 0, "info", "the table is empty")]
    [InlineData(15, 10, "info", "the table is tiny, {0} kB")]
    [InlineData(18, 40_000, "error", "the table has {1} MB")]
    public async Task The_size_of_the_table_with_its_indexes_decides_the_severity(int major, int rows, string severity, string text)
    {
        var (database, scripts) = await OrdersAsync(Index, rows, major);
        var bytes = long.Parse(await database.ScalarAsync("SELECT pg_total_relation_size('orders')"), CultureInfo.InvariantCulture);
        var refinement = string.Format(CultureInfo.InvariantCulture, text, bytes / 1024, $"{bytes / 1024.0 / 1024:0.#}");
        using (scripts)
        {
            var plan = await new Cli(database, scripts).SucceedAsync("plan");
            var finding = Assert.Single(Findings(await new Cli(database, scripts).SucceedAsync("plan", "--output=json")));

            Assert.StartsWith(
                $"would apply V2__x.sql\n{severity}: V2__x.sql:1:1: CREATE INDEX blocks writes on orders until the index is built ({refinement}) [index-without-concurrently]\n",
                plan.Stdout, StringComparison.Ordinal);
            Assert.Equal(severity == "error", plan.Stdout.Contains("\n  safer: Use CREATE INDEX CONCURRENTLY", StringComparison.Ordinal));
            Assert.EndsWith("1 migration pending; public.changelog is at version 1.\n", plan.Stdout, StringComparison.Ordinal);
            Assert.Equal($"index-without-concurrently|{severity}|{refinement}", Join(finding, "rule", "severity", "refinement"));
        }
    }

    [Theory(Timeout = Timeout)]
    [InlineData("ALTER TABLE orders RENAME COLUMN id TO number;", "rename|error")]
    [InlineData("ALTER TABLE orders ADD COLUMN c int NOT NULL;", "not-null-column-without-default|error")]
    [InlineData("DROP INDEX orders_note;", "drop-index-without-concurrently|info")]
    [InlineData("ALTER TABLE public.orders ALTER proven SET NOT NULL;", "")]
    [InlineData("ALTER TABLE orders ALTER id SET NOT NULL;", "")]
    [InlineData("ALTER TABLE orders ALTER note SET NOT NULL;", "set-not-null-without-check|info")]
    [InlineData("DO $$ BEGIN CREATE TABLE made (id int); END $$;\nCREATE INDEX i ON made (id);", "")]
    [InlineData("CREATE TABLE fresh (id int);\nCREATE INDEX i ON fresh (id);", "")]
    [InlineData("VACUUM orders;", "refused-in-transaction|error", 2)]
    public async Task Findings_are_adjusted_to_the_database(string script, string found, int exitCode = 0)
    {
        var (database, scripts) = await OrdersAsync(script, 10);
        using (scripts)
        {
            var plan = await new Cli(database, scripts).FailAsync(exitCode, "plan", "--output=json");

            Assert.Equal(found, string.Join(',', Findings(plan).Select(f => Join(f, "rule", "severity"))));
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Applied_scripts_are_not_linted_and_tables_are_found_in_the_configured_schema()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__x.sql"] = "CREATE TABLE orders (id int);", ["V2__x.sql"] = Index };
        var migrate = new Cli(database, scripts) { ["MIGRATE_SCHEMA"] = "shop" };
        Assert.Empty(Findings(await migrate.SucceedAsync("plan", "--output=json")));
        await migrate.SucceedAsync("up");
        Assert.Empty(Findings(await migrate.SucceedAsync("plan", "--output=json")));

        scripts["V3__x.sql"] = "ALTER TABLE orders ADD PRIMARY KEY (id);";
        Assert.Equal("unique-without-using-index|the table is empty", Join(Assert.Single(Findings(await migrate.SucceedAsync("plan", "--output=json"))), "rule", "refinement"));
    }

    // The names of the rules, with their severities, for scripts on a schema with large and small tables.
    [Theory(Timeout = Timeout)]
    [InlineData("ALTER TABLE events ALTER COLUMN v TYPE bigint;", "type-change|error")]
    [InlineData("ALTER TABLE events ADD COLUMN c int NOT NULL;", "not-null-column-without-default|error")]
    [InlineData("ALTER TABLE nothing ADD COLUMN c int NOT NULL;", "not-null-column-without-default|info")]
    [InlineData("ALTER TABLE docs ADD COLUMN len int GENERATED ALWAYS AS (length(body)) STORED;", "stored-generated-column|error")]
    [InlineData("REFRESH MATERIALIZED VIEW sums;", "table-rewrite|warning")]
    [InlineData("CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM (2027) TO (2028);", "default-partition-scan|error")]
    [InlineData("CREATE TABLE nothing_2027 PARTITION OF nothing FOR VALUES FROM (2027) TO (2028);", "")]
    [InlineData("ALTER TABLE events ADD COLUMN mail email;", "domain-column|error")]
    [InlineData("ALTER TABLE events ADD COLUMN m mood, ADD COLUMN w word, ADD COLUMN x text;", "")]
    [InlineData("ALTER TABLE events ADD COLUMN IF NOT EXISTS x public.email[];", "")]
    [InlineData("CREATE TABLE IF NOT EXISTS big (a int);\nCREATE INDEX IF NOT EXISTS i ON big (a);", "index-without-concurrently|error")]
    [InlineData("CREATE TABLE IF NOT EXISTS fresh (a int);\nCREATE INDEX IF NOT EXISTS i ON fresh (a);", "")]
    [InlineData("SET search_path = shop;\nCREATE INDEX i ON big (a);", "index-without-concurrently|error")]
    [InlineData("CREATE TABLE archive.big (a int);\nCREATE INDEX i ON big (a);", "index-without-concurrently|error")]
    [InlineData("ALTER TABLE big ADD PRIMARY KEY USING INDEX big_a;", "set-not-null-without-check|error")]
    [InlineData("ALTER TABLE shop.big ADD PRIMARY KEY USING INDEX big_a;", "")]
    [InlineData("ALTER TABLE big ALTER b SET NOT NULL;", "")]
    [InlineData("ALTER TABLE big ALTER b SET NOT NULL, DROP CONSTRAINT big_b_check;", "set-not-null-without-check|error")]
    [InlineData("ALTER TABLE big ALTER a SET NOT NULL;", "set-not-null-without-check|error")]
    [InlineData("ALTER TABLE events ATTACH PARTITION part FOR VALUES FROM (2028) TO (2029);", "default-partition-scan|error")]
    [InlineData("ALTER TABLE events ATTACH PARTITION big_part FOR VALUES FROM (2028) TO (2029);", "attach-partition-without-check|error,default-partition-scan|error")]
    [InlineData("DROP FUNCTION total(int);", "drop-object|warning")]
    public async Task Facts_of_the_database_decide(string script, string found)
    {
        var database = await server.CreateDatabaseAsync(18);
        await database.ExecuteAsync("""
            CREATE SCHEMA shop; CREATE SCHEMA archive;
            CREATE TABLE events (at int NOT NULL, v int) PARTITION BY RANGE (at);
            CREATE TABLE events_default PARTITION OF events DEFAULT;
            CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM (2024) TO (2025);
            INSERT INTO events SELECT 2024 + i % 2, i FROM generate_series(1, 100000) i;
            CREATE TABLE nothing (at int NOT NULL, v int) PARTITION BY RANGE (at);
            CREATE TABLE nothing_2024 PARTITION OF nothing FOR VALUES FROM (2024) TO (2025);
            CREATE TABLE docs (id int, body text); ALTER TABLE docs ALTER COLUMN body SET STORAGE EXTERNAL;
            INSERT INTO docs SELECT i, repeat(md5(i::text), 1000) FROM generate_series(1, 100) i;
            CREATE TABLE big (a int, b int CHECK (b IS NOT NULL), CHECK ((a IS NOT NULL) = (b IS NOT NULL)));
            INSERT INTO big SELECT i, i FROM generate_series(1, 60000) i; CREATE UNIQUE INDEX big_a ON big (a);
            CREATE TABLE shop.big (a int NOT NULL); INSERT INTO shop.big SELECT i FROM generate_series(1, 60000) i; CREATE UNIQUE INDEX big_a ON shop.big (a);
            CREATE TABLE part (at int NOT NULL CHECK (at = 2028), v int); INSERT INTO part SELECT 2028, i FROM generate_series(1, 60000) i;
            CREATE TABLE big_part (at int NOT NULL, v int); INSERT INTO big_part SELECT 2028, i FROM generate_series(1, 60000) i;
            CREATE VIEW narrow AS SELECT a FROM big; CREATE MATERIALIZED VIEW sums AS SELECT sum(a) FROM narrow;
            CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%'); CREATE DOMAIN word AS text; CREATE TYPE mood AS ENUM ('sad');
            CREATE FUNCTION total(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
            """);
        using var scripts = new ScriptFolder { ["V1__x.sql"] = script };

        var plan = await new Cli(database, scripts).SucceedAsync("plan", "--output=json");

        Assert.Equal(found, string.Join(',', Findings(plan).Select(f => Join(f, "rule", "severity"))));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_locked_table_does_not_block_plan()
    {
        var (database, scripts) = await OrdersAsync(Index, 10);
        using (scripts)
        {
            await using var holder = await database.ConnectAsync();
            await holder.ExecuteAsync("BEGIN; LOCK TABLE orders");

            var finding = Assert.Single(Findings(await new Cli(database, scripts).SucceedAsync("plan", "--output=json", "--timeout=20s")));

            Assert.Equal("error|", Join(finding, "severity", "refinement"));
        }
    }

    private async Task<(TestDatabase, ScriptFolder)> OrdersAsync(string pending, int rows, int major = 15)
    {
        var database = await server.CreateDatabaseAsync(major);
        var scripts = new ScriptFolder
        {
            ["V1__x.sql"] = $"CREATE TABLE orders (id int NOT NULL, note text, proven text CHECK (proven IS NOT NULL));\nCREATE INDEX orders_note ON orders (note);\nINSERT INTO orders SELECT i, 'x', 'y' FROM generate_series(1, {rows}) i;",
        };
        await new Cli(database, scripts).SucceedAsync("up");
        scripts["V2__x.sql"] = pending;
        return (database, scripts);
    }

    private static List<JsonElement> Findings(CliResult plan) => [.. plan.Json.GetProperty("findings").EnumerateArray()];

    private static string Join(JsonElement element, params string[] names) => string.Join('|', names.Select(n => element.GetProperty(n).ToString()));
}
