using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;

namespace Migrator.Deployment.Tests.EndToEnd.Rollback;

/// <summary>The base class of rollback tests. Revision 1 is v1, revision 2 is v3, and the rollback hook is enabled in both.</summary>
public abstract class RollbackTest(PreparedCluster prepared) : EndToEndTest(prepared)
{
    protected const int Limit = 180_000;

    /// <summary>Returns what v3 added (version, tables) and the data that v1 already had (counts of rows).</summary>
    private const string Schema = """
        SELECT concat_ws(' ', (SELECT max(version::int) FROM changelog WHERE version ~ '^[0-9]+$'),
                         to_regclass('shipments') IS NOT NULL, to_regclass('email_confirmations') IS NOT NULL,
                         (SELECT count(*) FROM customers), (SELECT count(*) FROM order_lines),
                         (SELECT count(*) FROM customers WHERE email = 'barbara@example.org'))
        """;

    /// <summary>The schema at v1, with the customer who was added while v1 was deployed.</summary>
    protected const string AtV1 = "4 f f 4 6 1";

    /// <summary>The schema at v3, with the same customer.</summary>
    protected const string AtV3 = "10 t t 4 6 1";

    private static readonly string[] s_enabled = ["--set", "migration.rollback.enabled=true"];

    /// <summary>Installs v1, adds a customer and upgrades to v3.</summary>
    protected private async Task<OrdersRelease> UpgradedAsync(int helm, params string[] more)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1, [.. s_enabled, .. more])).Succeeded();
        await orders.Database.ExecuteAsync("INSERT INTO customers (name, email) VALUES ('Barbara Liskov', 'barbara@example.org')", Cancel);
        (await orders.UpgradeAsync(3, [.. s_enabled, .. more])).Succeeded();
        await orders.WaitForRolloutAsync();
        return orders;
    }

    protected private static async Task<string> SchemaAsync(OrdersRelease orders) => (await orders.Database.RowsAsync(Schema, Cancel))[0];

    /// <summary>Returns helm's output. Helm 4 prints a log as one escaped field, so quotes are unescaped.</summary>
    protected private static string Printed(ToolOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return outcome.Text.Replace("\\\"", "\"", StringComparison.Ordinal);
    }
}
