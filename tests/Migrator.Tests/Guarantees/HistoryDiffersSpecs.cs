using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>
/// Each row of the table "When history and scripts differ": the exit codes of up, plan and validate, and the behavior of the gate
/// (<c>wait</c>).
/// </summary>
public sealed class HistoryDiffersSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task A_database_that_is_ahead_exits_with_0_and_a_warning_and_the_gate_passes(int major)
    {
        var (database, scripts) = await AppliedAsync(major);
        using var _ = scripts;
        scripts.Remove("V3__c.sql");
        scripts["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 'old' AS x;";

        await AnswersAsync(database, scripts, 0, 0, "warning: the database is at version 3, ahead of the newest script in the folder (2)");

        Assert.Equal("new", await database.ScalarAsync("SELECT x FROM v"));
    }

    [Fact(Timeout = Timeout)]
    public async Task An_applied_version_without_a_script_exits_with_6_and_the_gate_passes()
    {
        var (database, scripts) = await AppliedAsync();
        using var _ = scripts;
        scripts.Remove("V2__b.sql");

        await AnswersAsync(database, scripts, 6, 0, "error: V2__b.sql: version 2 is applied, but its script V2__b.sql is missing");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_different_checksum_exits_with_6_also_in_the_gate()
    {
        var (database, scripts) = await AppliedAsync();
        using var _ = scripts;
        scripts["V2__b.sql"] = "CREATE TABLE b (x int);";

        await AnswersAsync(database, scripts, 6, 6, "error: V2__b.sql was changed after it was applied on ");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_checksum_that_was_valid_before_a_repair_exits_with_6_and_the_gate_passes()
    {
        var (database, scripts) = await AppliedAsync();
        using var _ = scripts;
        var old = scripts["V2__b.sql"];
        foreach (var edit in new[] { " -- once", " -- twice" })
        {
            scripts["V2__b.sql"] = old + edit;
            await new Cli(database, scripts).SucceedAsync("repair");
            await AnswersAsync(database, scripts, 0, 0, null);
        }

        scripts["V2__b.sql"] = old;
        await AnswersAsync(database, scripts, 6, 0, "error: V2__b.sql was changed after it was applied on ");
        scripts["V2__b.sql"] = old + " -- once";
        await AnswersAsync(database, scripts, 6, 0, "error: V2__b.sql was changed after it was applied on ");
        scripts["V2__b.sql"] = old + " -- never";
        await AnswersAsync(database, scripts, 6, 6, "error: V2__b.sql was changed after it was applied on ");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_repeatable_with_an_earlier_content_runs_again_and_the_gate_passes()
    {
        var (database, scripts) = await AppliedAsync();
        using var _ = scripts;
        var first = scripts["R__view.sql"];
        scripts["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 'newer' AS x;";
        var migrate = new Cli(database, scripts);
        await migrate.FailAsync(5, "wait", "--timeout=300ms");
        await migrate.SucceedAsync("up");
        scripts["R__view.sql"] = first;

        await migrate.SucceedAsync("wait", "--timeout=5s");
        Assert.Contains("would apply R__view.sql", (await migrate.SucceedAsync("plan")).Stdout, StringComparison.Ordinal);
        await migrate.SucceedAsync("up");
        Assert.Equal("new", await database.ScalarAsync("SELECT x FROM v"));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_pending_version_below_the_newest_applied_one_exits_with_6_and_the_gate_waits()
    {
        var (database, scripts) = await AppliedAsync();
        using var _ = scripts;
        scripts["V2.1__late.sql"] = "CREATE TABLE late ();";

        await AnswersAsync(database, scripts, 6, 5, "error: V2.1__late.sql is pending, but the database is already at version 3");

        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("plan", "--out-of-order");
        await migrate.SucceedAsync("validate", "--out-of-order");
        await migrate.SucceedAsync("up", "--out-of-order");
        await AnswersAsync(database, scripts, 0, 0, null);
    }

    [Fact(Timeout = Timeout)]
    public async Task Contents_of_applied_scripts_are_not_checked_but_all_names_are()
    {
        var (database, scripts) = await AppliedAsync();
        using var _ = scripts;
        // Another tool has applied this script, which migrate would not accept.
        scripts["V2__b.sql"] = "SELECT '${unknown}';\n\\d\nCOMMIT;";
        await database.ExecuteAsync("UPDATE changelog SET checksum = upper(md5(E'SELECT ''${unknown}'';\\n\\\\d\\nCOMMIT;')) WHERE version = '2'");
        await AnswersAsync(database, scripts, 0, 0, null);

        scripts["bad name.sql"] = "";
        await AnswersAsync(database, scripts, 2, 2, "error: bad name.sql is not a valid script name");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_repeatable_that_repeats_always_is_never_pending_for_wait_and_status()
    {
        var (database, scripts) = await AppliedAsync();
        using var _ = scripts;
        scripts["R__always.sql"] = "-- evolve-repeat-always\nCREATE TABLE IF NOT EXISTS always ();";
        var migrate = new Cli(database, scripts);

        await migrate.SucceedAsync("wait", "--timeout=2s");
        await migrate.SucceedAsync("status", "--exit-code");
        foreach (var __ in new[] { 1, 2 })
        {
            Assert.Contains("applied R__always.sql", (await migrate.SucceedAsync("up")).Stdout, StringComparison.Ordinal);
        }
    }

    private async Task<(TestDatabase Database, ScriptFolder Scripts)> AppliedAsync(int major = 15)
    {
        var database = await server.CreateDatabaseAsync(major);
        var scripts = new ScriptFolder
        {
            ["V1__a.sql"] = "CREATE TABLE a ();",
            ["V2__b.sql"] = "CREATE TABLE b ();",
            ["V3__c.sql"] = "CREATE TABLE c ();",
            ["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 'new' AS x;",
        };
        await new Cli(database, scripts).SucceedAsync("up");
        return (database, scripts);
    }

    /// <summary>Checks the exit code and message of each command. Plan comes first: it changes nothing and has the exit code of up.</summary>
    private static async Task AnswersAsync(TestDatabase database, ScriptFolder scripts, int exitCode, int gate, string? message)
    {
        var migrate = new Cli(database, scripts);
        var before = await CatalogSnapshot.OfAsync(database);
        foreach (var command in new[] { "plan", "validate", "up" })
        {
            var answer = await migrate.FailAsync(exitCode, command);
            Assert.Contains(message ?? "", answer.Stderr, StringComparison.Ordinal);
        }

        Assert.Equal(before, await CatalogSnapshot.OfAsync(database));
        await migrate.FailAsync(gate, "wait", gate == 5 ? "--timeout=300ms" : "--timeout=30s");
    }
}
