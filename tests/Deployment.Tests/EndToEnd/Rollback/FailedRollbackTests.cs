using Migrator.Deployment.Tests.EndToEnd.Support;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Rollback;

/// <summary>Rollbacks whose undo fails: helm's output, the version that keeps running, and how to complete the rollback.</summary>
public sealed class FailedRollbackTests(PreparedCluster prepared) : RollbackTest(prepared)
{
    private const string PendingRollback = "pending-rollback";
    private const string Missing = "NOTHING IS UNDONE: neither the folder nor the database has an undo script for version 8 (V8__create_shipments.sql)";

    [Theory(Timeout = Limit)]
    [InlineData(3, "post-rollback")]
    [InlineData(4, "post-rollback")]
    [InlineData(3, "pre-rollback")]
    [InlineData(4, "pre-rollback")]
    public async Task A_failed_undo_leaves_the_release_pending_and_the_same_rollback_then_completes_it(int helm, string hook)
    {
        var orders = await UpgradedAsync(helm, "--set", $"migration.rollback.hook={hook}");
        await orders.Database.ExecuteAsync("CREATE VIEW dependent AS SELECT * FROM shipments", Cancel);

        var failed = (await orders.RollbackAsync(1)).Failed();

        Assert.Contains("undone version 9 with U9__index_orders.sql", Printed(failed), StringComparison.Ordinal);
        Assert.Contains("U8__create_shipments.sql:2:1: cannot drop table shipments because other objects depend on it", Printed(failed), StringComparison.Ordinal);
        Assert.Contains($"run the same command again: helm rollback orders 1 --namespace {orders.Namespace.Name}", Printed(failed), StringComparison.Ordinal);
        Assert.Contains("cannot drop table shipments", await orders.TerminationMessageAsync("rollback"), StringComparison.Ordinal);
        Assert.Equal("8 t f 4 6 1", await SchemaAsync(orders));
        Assert.Equal(PendingRollback, await orders.StatusAsync());
        (await orders.UpgradeAsync(3, "--reuse-values")).Failed();

        await orders.WaitForRolloutAsync();
        if (hook == "post-rollback")
        {
            await orders.AssertServesAsync(1);
        }
        else
        {
            // With this hook, the newer version keeps running on a schema that is partly rolled back.
            Assert.Empty(await orders.PodsAsync(1));
            Assert.Equal(2, (await orders.PodsAsync(3)).Count);
        }

        await orders.Database.ExecuteAsync("DROP VIEW dependent", Cancel);
        (await orders.RollbackAsync(1)).Succeeded();
        Assert.Equal(AtV1, await SchemaAsync(orders));
        Assert.Equal("deployed", await orders.StatusAsync());
        await orders.AssertServesAsync(1);
    }

    [Theory(Timeout = Limit)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task With_a_missing_undo_script_nothing_is_undone_and_the_application_is_rolled_back(int helm)
    {
        var orders = await UpgradedAsync(helm);
        await orders.Database.ExecuteAsync("DELETE FROM changelog_undo WHERE version = '8'", Cancel);

        var rollback = (await orders.RollbackAsync(1)).Succeeded();

        Assert.Contains(Missing, Printed(rollback), StringComparison.Ordinal);
        Assert.Equal(AtV3, await SchemaAsync(orders));
        Assert.Equal("deployed", await orders.StatusAsync());
        await orders.AssertServesAsync(1);
    }

    [Theory(Timeout = Limit)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task With_on_missing_undo_fail_the_rollback_fails_and_succeeds_without_hooks(int helm)
    {
        var orders = await UpgradedAsync(helm, "--set", "migration.rollback.onMissingUndo=fail");
        await orders.Database.ExecuteAsync("DELETE FROM changelog_undo WHERE version = '8'", Cancel);

        var failed = (await orders.RollbackAsync(1)).Failed();

        Assert.Contains(Missing, Printed(failed), StringComparison.Ordinal);
        Assert.Equal(AtV3, await SchemaAsync(orders));
        Assert.Equal(PendingRollback, await orders.StatusAsync());

        (await orders.RollbackAsync(1, "--no-hooks")).Succeeded();
        Assert.Equal("deployed", await orders.StatusAsync());
        await orders.AssertServesAsync(1);
    }

    [Theory(Timeout = Limit)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Undo_scripts_in_a_table_that_another_role_can_write_are_not_run(int helm)
    {
        var orders = await UpgradedAsync(helm);
        await orders.Database.ExecuteAsync("GRANT UPDATE (content) ON changelog_undo TO PUBLIC", Cancel);

        var refused = (await orders.RollbackAsync(1)).Failed();

        Assert.Contains("public.changelog_undo: PUBLIC can write", Printed(refused), StringComparison.Ordinal);
        Assert.Equal(AtV3, await SchemaAsync(orders));

        await orders.Database.ExecuteAsync("REVOKE ALL ON changelog_undo FROM PUBLIC; REVOKE ALL (content) ON changelog_undo FROM PUBLIC", Cancel);
        (await orders.RollbackAsync(1)).Succeeded();
        Assert.Equal(AtV1, await SchemaAsync(orders));
    }
}
