using k8s;
using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd.Rollback;

/// <summary><c>helm rollback</c> rolls back the schema together with the application, with one command.</summary>
public sealed class RollbackTests(PreparedCluster prepared) : RollbackTest(prepared)
{
    [Theory(Timeout = Limit)]
    [InlineData(3, "post-rollback")]
    [InlineData(4, "post-rollback")]
    [InlineData(3, "pre-rollback")]
    [InlineData(4, "pre-rollback")]
    public async Task A_rollback_from_v3_to_v1_restores_schema_and_application_and_keeps_the_data_of_v1(int helm, string hook)
    {
        var orders = await UpgradedAsync(helm, "--set", $"migration.rollback.hook={hook}");
        Assert.Equal(AtV3, await SchemaAsync(orders));
        var before = orders.Record.Changes.Select(c => c.Value).OfType<V1Pod>().Select(p => p.Uid()).ToHashSet();

        var rollback = (await orders.RollbackAsync(1)).Succeeded();

        Assert.Contains("undone version 10 with U10__sign_in_by_email.sql", Printed(rollback), StringComparison.Ordinal);
        Assert.Contains("undone version 5 with U5__add_order_reference.sql", Printed(rollback), StringComparison.Ordinal);
        Assert.Equal(AtV1, await SchemaAsync(orders));
        await orders.AssertServesAsync(1);
        Assert.Equal("deployed", await orders.StatusAsync());
        var undone = await orders.Record.WaitForAsync(
            c => c.Value is V1Job job && job.Name() == "orders-rollback" && job.IsComplete(), Cancel);
        var firstReady = await orders.FirstPodAsync(1, pod => !before.Contains(pod.Uid()) && pod.IsReady());
        Assert.Equal(hook == "pre-rollback", undone.Version < firstReady.Version);

        (await orders.UpgradeAsync(3, "--reuse-values")).Succeeded();
        await orders.WaitForRolloutAsync();
        Assert.Equal(AtV3, await SchemaAsync(orders));
        await orders.AssertServesAsync(3);
    }

    [Theory(Timeout = Limit)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_undo_starts_after_the_last_newer_pod_has_ended_without_wait_too(int helm)
    {
        var orders = await UpgradedAsync(helm, "--set", "app.lifecycle.preStop.sleep.seconds=6");

        var rollback = (await orders.RollbackAsync(1, "--wait=false")).Succeeded();

        Assert.Contains("waiting until pods of another version have ended: orders-", Printed(rollback), StringComparison.Ordinal);
        Assert.Equal(AtV1, await SchemaAsync(orders));
        var undone = await orders.Record.WaitForAsync(
            c => c.Value is V1Job job && job.Name() == "orders-rollback" && job.IsComplete(), Cancel);
        var newer = orders.Record.Changes
            .Where(c => c.Version < undone.Version && c.Value is V1Pod pod && pod.AppImage() == orders.Image(3))
            .GroupBy(c => ((V1Pod)c.Value).Uid())
            .ToList();
        Assert.Equal(2, newer.Count);
        Assert.All(newer, pod => Assert.Equal(WatchEventType.Deleted, pod.MaxBy(c => c.Version)!.Type));
        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(1);
    }

    [Theory(Timeout = Limit)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task With_nothing_to_undo_the_application_is_rolled_back(int helm)
    {
        var orders = await UpgradedAsync(helm);
        (await orders.UpgradeAsync(3, "--reuse-values", "--set", "app.podAnnotations.note=third")).Succeeded();

        var rollback = (await orders.RollbackAsync(2)).Succeeded();

        Assert.Contains("Nothing undone; public.changelog is at version 10.", Printed(rollback), StringComparison.Ordinal);
        Assert.Equal(AtV3, await SchemaAsync(orders));
        // helm 3 does not wait until the pods of the other revision, which have the same image, are being deleted.
        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(3);
    }

    [Theory(Timeout = Limit)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_jobs_next_pod_completes_a_rollback_whose_pod_was_killed(int helm)
    {
        var orders = await UpgradedAsync(helm);
        var reader = await TableReader.StartAsync(orders.Database, "shipments", Cancel);
        var rolling = orders.RollbackAsync(1);
        Assert.True(await TableReader.WaitUntilBlockedAsync(orders.Database, rolling, Cancel));

        var session = await SessionAsync(orders, "wait_event_type = 'Lock'");

        await orders.KillPodOfAsync("orders-rollback");
        // A forced deletion removes the pod from the API at once; its process may keep running for a moment.
        while (await SessionAsync(orders, $"pid = {session}") is not null)
        {
            await Task.Delay(50, Cancel);
        }

        await reader.DisposeAsync();

        var rollback = (await rolling).Succeeded();
        Assert.Contains("undone version 8 with U8__create_shipments.sql", Printed(rollback), StringComparison.Ordinal);
        Assert.Equal(AtV1, await SchemaAsync(orders));
        Assert.Empty(await orders.Database.RowsAsync("SELECT 1 FROM changelog_progress", Cancel));
        await orders.AssertServesAsync(1);
    }

    [Theory(Timeout = Limit)]
    [InlineData(3, "--atomic")]
    [InlineData(4, "--rollback-on-failure")]
    public async Task An_upgrade_that_rolls_back_automatically_undoes_its_failed_migration(int helm, string option)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1, "--set", "migration.rollback.enabled=true")).Succeeded();
        await orders.Database.ExecuteAsync("INSERT INTO customers (name, email) VALUES ('Barbara Liskov', 'barbara@example.org'), ('Another', 'BARBARA@example.org')", Cancel);

        var upgrade = (await orders.UpgradeAsync(3, option, "--set", "migration.rollback.enabled=true")).Failed();

        Assert.Contains("V10__sign_in_by_email.sql", Printed(upgrade), StringComparison.Ordinal);
        Assert.Equal("4 f f 5 6 1", await SchemaAsync(orders));
        Assert.Equal("deployed", await orders.StatusAsync());
        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(1);
    }

    private static async Task<string?> SessionAsync(OrdersRelease orders, string condition) => (await orders.Database.RowsAsync(
        $"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND {condition}", Cancel)).SingleOrDefault();
}
