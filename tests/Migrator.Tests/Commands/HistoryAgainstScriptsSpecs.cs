using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Commands;

/// <summary>The exit codes of the README's table "When history and scripts differ".</summary>
public sealed class HistoryAgainstScriptsSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task Up_and_wait_exit_with_6_after_a_script_was_changed()
    {
        var (database, scripts, migrate) = await AppliedAsync("V1__a.sql");
        using (scripts)
        {
            scripts["V1__a.sql"] += "\n-- an afterthought";
            scripts["V2__b.sql"] = "CREATE TABLE b ();";

            var up = await migrate.FailAsync(6, "up");
            Assert.StartsWith("error: V1__a.sql was changed after it was applied on ", up.FirstError, StringComparison.Ordinal);
            Assert.Contains("Restore its content", up.Stderr, StringComparison.Ordinal);
            await migrate.FailAsync(6, "wait", "--timeout=1s");
            Assert.Equal("V1__a.sql", await database.HistoryAsync());
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Up_exits_with_6_and_the_gate_passes_after_a_script_was_removed()
    {
        var (database, scripts, migrate) = await AppliedAsync("V1__a.sql", "V2__b.sql");
        using (scripts)
        {
            scripts.Remove("V1__a.sql");
            scripts["V3__c.sql"] = "CREATE TABLE c ();";

            var up = await migrate.FailAsync(6, "up");
            Assert.Contains("version 1 is applied, but its script V1__a.sql is missing", up.FirstError, StringComparison.Ordinal);
            await migrate.FailAsync(5, "wait", "--timeout=1s");
            scripts.Remove("V3__c.sql");
            await migrate.SucceedAsync("wait", "--timeout=1s");
            Assert.Equal("V1__a.sql,V2__b.sql", await database.HistoryAsync());
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Up_exits_with_6_for_an_out_of_order_version_unless_it_is_allowed()
    {
        var (database, scripts, migrate) = await AppliedAsync("V1__a.sql", "V3__c.sql");
        using (scripts)
        {
            scripts["V2__b.sql"] = "CREATE TABLE b ();";

            var up = await migrate.FailAsync(6, "up");
            Assert.Contains("V2__b.sql is pending, but the database is already at version 3", up.FirstError, StringComparison.Ordinal);
            Assert.Contains("--out-of-order", up.Stderr, StringComparison.Ordinal);
            Assert.Equal("V1__a.sql,V3__c.sql", await database.HistoryAsync());
            await migrate.FailAsync(5, "wait", "--timeout=200ms");

            await migrate.SucceedAsync("up", "--out-of-order");
            Assert.Equal("V1__a.sql,V3__c.sql,V2__b.sql", await database.HistoryAsync());
            await migrate.SucceedAsync("up");
            await migrate.SucceedAsync("wait");
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Up_exits_with_0_and_a_warning_if_the_database_is_ahead_and_keeps_the_views()
    {
        var (database, scripts, migrate) = await AppliedAsync("V1__a.sql");
        using (scripts)
        {
            scripts["V2__b.sql"] = "CREATE TABLE b ();";
            scripts["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 'old' AS release;";
            await migrate.SucceedAsync("up");
            scripts["V3__c.sql"] = "CREATE TABLE c ();";
            scripts["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 'new' AS release;";
            await migrate.SucceedAsync("up");

            scripts.Remove("V3__c.sql");
            scripts["R__view.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 'old' AS release;";
            var up = await migrate.SucceedAsync("up");

            Assert.StartsWith("warning: the database is at version 3, ahead of the newest script in the folder (2)", up.Stderr, StringComparison.Ordinal);
            Assert.Equal("new", await database.ScalarAsync("SELECT release FROM v"));
            await migrate.SucceedAsync("wait");

            scripts["V2.5__d.sql"] = "CREATE TABLE d ();";
            foreach (var command in new[] { "up", "plan" })
            {
                var failed = await migrate.FailAsync(6, command, "--ahead=fail", "--out-of-order");
                Assert.Matches("^error: the database is at version 3, ahead of the newest script in the folder \\(2.5\\): V3__c.sql \\(since 20\\d\\d-", failed.FirstError);
            }

            Assert.DoesNotContain("d", (await database.TablesAsync()).Split(','));
            await migrate.FailAsync(2, "up", "--ahead=maybe");
            scripts["V3__c.sql"] = "CREATE TABLE c ();";
            await migrate.SucceedAsync("up", "--ahead=fail", "--out-of-order");
        }
    }

    private async Task<(TestDatabase Database, ScriptFolder Scripts, Cli Migrate)> AppliedAsync(params string[] names)
    {
        var database = await server.CreateDatabaseAsync();
        var scripts = new ScriptFolder();
        foreach (var name in names)
        {
            scripts[name] = $"CREATE TABLE t{name[1]} ();";
        }

        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        return (database, scripts, migrate);
    }
}
