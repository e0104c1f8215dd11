using System.Text.Json;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>The output of plan, validate and repair. plan and validate never write to the database.</summary>
public sealed class PlanAndRepairSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task Read_only_commands_create_nothing_in_an_empty_database(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = ScriptFolder.OfSample(2);
        var migrate = new Cli(database, scripts);

        var plan = await migrate.SucceedAsync("plan");
        await migrate.SucceedAsync("validate");
        await migrate.SucceedAsync("status", "--history");
        await migrate.FailAsync(5, "wait", "--timeout=200ms");

        Assert.StartsWith("would apply V1__create_customers.sql\n", plan.Stdout, StringComparison.Ordinal);
        Assert.Contains("would apply V9__index_orders.sql (outside a transaction)\n", plan.Stdout, StringComparison.Ordinal);
        Assert.EndsWith("pending; public.changelog is at no version yet.\n", plan.Stdout, StringComparison.Ordinal);
        Assert.Empty(await CatalogSnapshot.OfAsync(database));
    }

    [Fact(Timeout = Timeout)]
    public async Task The_SQL_of_a_plan_is_the_SQL_that_up_sends()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE ${name} ();\n", ["V2__b.sql"] = "SELECT 2;" };
        var migrate = new Cli(database, scripts);

        var plan = await migrate.SucceedAsync("plan", "--sql", "--placeholder=name=orders", "--target=1");

        Assert.Contains("-- V1__a.sql\nCREATE TABLE orders ();\n", plan.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain("SELECT 2", plan.Stdout, StringComparison.Ordinal);
        var json = (await migrate.SucceedAsync("plan", "--sql", "--placeholder=name=orders", "--output=json")).Json;
        Assert.Equal("CREATE TABLE orders ();\n", json.GetProperty("sql")[0].GetProperty("sql").GetString());
        Assert.Equal(2, json.GetProperty("pending").GetArrayLength());
    }

    [Fact(Timeout = Timeout)]
    public async Task A_plan_shows_every_problem_at_once()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["V3__c.sql"] = "CREATE TABLE c ();" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V1__a.sql"] = "CREATE TABLE a (x int);";
        scripts["V2__b.sql"] = "COMMIT;";
        scripts["V4__d.sql"] = "SELECT '${nope}';\nVACUUM;";

        var plan = await migrate.FailAsync(6, "plan");

        foreach (var message in new[] { "V1__a.sql was changed", "V2__b.sql is pending, but", "V2__b.sql:1:1: ", "V4__d.sql:1:9: ", "V4__d.sql:2:1: " })
        {
            Assert.Contains($"error: {message}", plan.Stderr, StringComparison.Ordinal);
        }

        Assert.Contains("but 'up' would fail", plan.Stdout, StringComparison.Ordinal);
        Assert.Equal(plan.ExitCode, (await migrate.RunAsync("up")).ExitCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task Validate_offline_needs_no_database_and_checks_every_script()
    {
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "SELECT 1;", ["U1__a.sql"] = "SELECT 1;", ["R__b.sql"] = "SELECT 1;" };
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path };
        Assert.Equal("The scripts are valid.\n", (await migrate.SucceedAsync("validate", "--offline")).Stdout);

        scripts["U1__a.sql"] = "SELECT 'never closed;";
        scripts["R__b.sql"] = "\\d";
        var invalid = await migrate.FailAsync(2, "validate", "--offline");

        Assert.Contains("error: U1__a.sql:1:8: This string is never closed", invalid.Stderr, StringComparison.Ordinal);
        Assert.Contains("error: R__b.sql:1:1: \\d is a psql command", invalid.Stderr, StringComparison.Ordinal);
        await migrate.FailAsync(2, "validate");
    }

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task Repair_accepts_edits_removes_failed_rows_and_changes_nothing_else(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["V2__b.sql"] = "CREATE TABLE b ();" };
        var migrate = new Cli(database, scripts);
        Assert.Equal("Nothing to repair.\n", (await migrate.SucceedAsync("repair")).Stdout);
        Assert.Empty(await CatalogSnapshot.OfAsync(database));
        await migrate.SucceedAsync("up");
        await database.ExecuteAsync("INSERT INTO changelog (type, version, description, name, checksum, installed_by, success) VALUES (0, '3', 'c', 'V3__c.sql', '', 'app', false)");
        scripts["V2__b.sql"] = "CREATE TABLE b (x int);";

        var repair = await migrate.SucceedAsync("repair");

        Assert.Equal("Removed 1 row that Evolve left for failed scripts.\nRepaired: V2__b.sql.\n", repair.Stdout);
        Assert.Equal("V1__a.sql,V2__b.sql", await database.HistoryAsync());
        Assert.Equal("V2__b.sql|repaired", (await database.RowsAsync("SELECT script, outcome FROM changelog_audit ORDER BY id DESC"))[0]);
        await migrate.SucceedAsync("validate");
        Assert.Equal("Nothing to repair.\n", (await migrate.SucceedAsync("repair")).Stdout);
    }

    [Fact(Timeout = Timeout)]
    public async Task Repair_reports_the_removed_rows()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        await database.ExecuteAsync("INSERT INTO changelog (type, version, description, name, checksum, installed_by, success) VALUES (0, '3', 'c', 'V3__c.sql', '', 'app', false)");

        var repair = await migrate.SucceedAsync("repair");

        Assert.Equal("Removed 1 row that Evolve left for failed scripts.\n", repair.Stdout);
        Assert.Equal("V1__a.sql", await database.HistoryAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task Repair_exits_with_6_for_a_missing_script()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();", ["V2__b.sql"] = "CREATE TABLE b ();", ["V3__c.sql"] = "CREATE TABLE c ();" };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts.Remove("V2__b.sql");
        scripts["V1__a.sql"] = "CREATE TABLE a (x int);";

        var repair = await migrate.FailAsync(6, "repair");

        Assert.Contains("version 2 is applied, but its script V2__b.sql is missing", repair.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("V1__a.sql was changed", (await migrate.FailAsync(6, "plan")).Stderr, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Repair_waits_for_the_run_lock()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        await using var holder = await database.ConnectAsync();
        await holder.ExecuteAsync("SELECT pg_advisory_lock(12345)");

        await new Cli(database, scripts).FailAsync(4, "repair", "--lock-wait=200ms");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_JSON_of_every_command_has_the_same_fields_in_success_and_failure()
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__a.sql"] = "CREATE TABLE a ();" };
        var migrate = new Cli(database, scripts);
        var answers = new List<(string Command, CliResult Result)>();
        foreach (var command in new[] { "plan", "up", "up", "status", "status --history", "wait", "validate", "validate --offline", "repair", "plan --sql", "plan --down --steps=1" })
        {
            answers.Add((command.Split(' ')[0], await migrate.RunAsync([.. command.Split(' '), "--output=json"])));
        }

        scripts["V1__a.sql"] = "CREATE TABLE a (x int);";
        scripts["V2__b.sql"] = "SELECT nothing;";
        foreach (var command in new[] { "plan", "up", "wait", "validate", "up --timeout=soon", "plan --connect-wait=no" })
        {
            answers.Add((command.Split(' ')[0], await migrate.RunAsync([.. command.Split(' '), "--output=json"])));
        }

        var fields = Fields(answers[0].Result.Json);
        Assert.Superset(
            new HashSet<string> { "schemaVersion", "command", "exitCode", "outcome", "historyTable", "version", "applied", "scripts", "pending", "problems", "warnings", "repaired", "sql", "history", "milliseconds" },
            fields.ToHashSet());
        Assert.All(answers, answer =>
        {
            Assert.Equal(fields, Fields(answer.Result.Json));
            Assert.Equal(2, answer.Result.Json.GetProperty("schemaVersion").GetInt32());
            Assert.Equal(answer.Command, answer.Result.Json.GetProperty("command").GetString());
            Assert.Equal(answer.Result.ExitCode, answer.Result.Json.GetProperty("exitCode").GetInt32());
            Assert.Equal(answer.Result.ExitCode == 0, answer.Result.Json.GetProperty("problems").GetArrayLength() == 0);
        });
    }

    private static string[] Fields(JsonElement json) => [.. json.EnumerateObject().Select(p => p.Name)];
}
