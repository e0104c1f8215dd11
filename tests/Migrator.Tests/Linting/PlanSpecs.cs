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
    [InlineData(15, 10, "info", "the table is tiny, 8 kB")]
    [InlineData(18, 40_000, "error", "the table has 1.4 MB")]
    public async Task The_size_of_the_table_decides_the_severity(int major, int rows, string severity, string refinement)
    {
        var (database, scripts) = await OrdersAsync(Index, rows, major);
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
