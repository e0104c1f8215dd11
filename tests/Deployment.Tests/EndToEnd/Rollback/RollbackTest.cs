using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;

namespace Migrator.Deployment.Tests.EndToEnd.Rollback;

/// <summary>What the tests of a rollback start from: revision 1 is v1, revision 2 is v3, and both may be rolled back to.</summary>
public abstract class RollbackTest(PreparedCluster prepared) : EndToEndTest(prepared)
{
    protected const int Limit = 180_000;

    /// <summary>What v3 has and v1 does not, and what becomes of v1's own.</summary>
    private const string Schema = """
        SELECT concat_ws(' ', (SELECT max(version::int) FROM changelog WHERE version ~ '^[0-9]+$'),
                         to_regclass('shipments') IS NOT NULL, to_regclass('email_confirmations') IS NOT NULL,
                         (SELECT count(*) FROM customers), (SELECT count(*) FROM order_lines),
                         (SELECT count(*) FROM customers WHERE email = 'barbara@example.org'))
        """;

    /// <summary>With the customer who came in the days of v1.</summary>
    protected const string AtV1 = "4 f f 4 6 1";

    protected const string AtV3 = "10 t t 4 6 1";

    private static readonly string[] s_enabled = ["--set", "migration.rollback.enabled=true"];

    /// <summary>Installs v1, lets somebody sign up, upgrades to v3.</summary>
    protected private async Task<OrdersRelease> UpgradedAsync(int helm, params string[] more)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1, [.. s_enabled, .. more])).Succeeded();
        await orders.Database.ExecuteAsync("INSERT INTO customers (name, email) VALUES ('Barbara Liskov', 'barbara@example.org')", Cancel);
        (await orders.UpgradeAsync(3, [.. s_enabled, .. more])).Succeeded();
        await orders.RolledOutAsync();
        return orders;
    }

    protected private static async Task<string> SchemaAsync(OrdersRelease orders) => (await orders.Database.RowsAsync(Schema, Cancel))[0];

    /// <summary>What helm has printed; helm 4 prints a log as a field of its own, escaped.</summary>
    protected private static string Printed(ToolOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return outcome.Text.Replace("\\\"", "\"", StringComparison.Ordinal);
    }
}
