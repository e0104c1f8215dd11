using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Linting;

/// <summary><c>lint</c> and <c>plan</c> on folders with and without a contract script.</summary>
public sealed class PhaseLintSpecs(SharedServer server) : IClassFixture<Prepared>
{
    private const int Timeout = 60_000;

    private const string Orders = "CREATE TABLE orders (id int PRIMARY KEY, reference text);";
    private const string Drop = "ALTER TABLE orders DROP COLUMN reference;";

    [Fact(Timeout = Timeout)]
    public async Task A_contract_script_in_the_folder_makes_a_removal_in_an_expand_script_an_error()
    {
        using var scripts = new ScriptFolder { ["V1__orders.sql"] = Orders, ["V3__drop.sql"] = Drop };
        var migrate = new Cli { ["MIGRATE_DIR"] = scripts.Path };
        Assert.Contains("\n1 script: 1 warning.\n", (await migrate.SucceedAsync("lint", "--since=1")).Stdout, StringComparison.Ordinal);

        // Also a contract script that is not linted.
        scripts["V2__nothing.contract.sql"] = "SELECT 1;";

        Assert.Equal(
            """
            error: V3__drop.sql:1:1: reference of orders is dropped, and the old version may use it [removal-in-expand]
              why: An expand script runs while the old version of the application is in use. What the old version does with the removed or renamed object fails.
              safer: Drop it in a script whose name ends in .contract.sql, of the release that no longer uses it: it runs after the last pod of the old version has ended.
              source: docs/phases.md#what-an-expand-script-may-do
            1 script: 1 error.

            """,
            (await migrate.FailAsync(2, "lint", "--since=2")).Stdout);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("json")]
    [InlineData("sarif")]
    [InlineData("github")]
    [InlineData("junit")]
    public async Task Each_format_has_the_steps_for_the_statement(string format)
    {
        using var scripts = new ScriptFolder
        {
            ["V1__orders.sql"] = Orders,
            ["V2__rename.sql"] = "ALTER TABLE orders RENAME COLUMN reference TO number;",
            ["V3__drop.contract.sql"] = $"{Drop}\nDROP TABLE orders CASCADE;",
        };

        var lint = await new Cli { ["MIGRATE_DIR"] = scripts.Path }.FailAsync(2, "lint", "--since=1", $"--output={format}");

        Assert.Contains("a trigger that writes both columns", lint.Stdout, StringComparison.Ordinal);
        Assert.Contains("removal-in-expand", lint.Stdout, StringComparison.Ordinal);
        Assert.Contains("cascade-in-contract", lint.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain("is dropped", lint.Stdout, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("removal-in-expand,narrowing-in-expand,cascade-in-contract")]
    [InlineData("removal-in-expand,narrowing-in-expand", "--phase=expand")]
    public async Task Plan_has_the_same_findings_for_pending_scripts(string found, params string[] flags)
    {
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V1__orders.sql"] = Orders };
        var migrate = new Cli(database, scripts);
        await migrate.SucceedAsync("up");
        scripts["V2__drop.sql"] = Drop;
        scripts["V3__unique.sql"] = "-- evolve-tx-off\nCREATE UNIQUE INDEX CONCURRENTLY orders_reference ON orders (reference);";
        scripts["V6__drop.contract.sql"] = "ALTER TABLE orders DROP COLUMN id CASCADE;";
        // The column holds no null in the database.
        scripts["V5__id.sql"] = "ALTER TABLE orders ALTER COLUMN id SET NOT NULL;";

        var plan = await migrate.SucceedAsync(["plan", "--output=json", .. flags]);

        Assert.Equal(found, string.Join(',', plan.Json.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("rule").GetString())));
    }
}
