using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

public sealed class ConcurrentUpgradeTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Of_two_concurrent_upgrades_of_a_release_one_succeeds_and_the_other_changes_nothing(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1)).Succeeded();
        await orders.WaitForRolloutAsync();
        var reader = await TableReader.StartAsync(orders.Database, "orders", Cancel);

        var upgrades = new[] { orders.UpgradeAsync(2), orders.UpgradeAsync(2) };
        var first = await Task.WhenAny(upgrades);
        var second = upgrades.Single(u => u != first);
        // The upgrade that succeeds waits for the reader, so both upgrades run at the same time.
        Assert.True(await TableReader.WaitUntilBlockedAsync(orders.Database, second, Cancel), "the migration waits");
        await reader.DisposeAsync();

        (await first).Failed();
        Assert.Matches("another operation|already exists", (await first).Text);
        (await second).Succeeded();
        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(2);
        await EveryScriptIsAppliedOnceAsync();

        // The upgrade that failed left nothing incomplete, so it succeeds now.
        (await orders.UpgradeAsync(2)).Succeeded();
        await orders.AssertServesAsync(2);
        await EveryScriptIsAppliedOnceAsync();
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Of_two_releases_on_one_database_one_migrates_and_the_other_waits(int helm)
    {
        var orders = await StartAsync(helm);
        var other = AnotherRelease("other");
        (await orders.InstallAsync(1)).Succeeded();
        (await other.InstallAsync(1)).Succeeded();
        var reader = await TableReader.StartAsync(orders.Database, "orders", Cancel);

        var upgrades = Task.WhenAll(orders.UpgradeAsync(2), other.UpgradeAsync(2));
        // Both Jobs run. One holds the lock and waits for the reader.
        Assert.True(await TableReader.WaitUntilBlockedAsync(orders.Database, upgrades, Cancel), "a migration waits");
        await JobRunsAsync("orders-migrate");
        await JobRunsAsync("other-migrate");
        await reader.DisposeAsync();

        Assert.All(await upgrades, upgrade => upgrade.Succeeded());
        await Task.WhenAll(orders.WaitForRolloutAsync(), other.WaitForRolloutAsync());
        await orders.AssertServesAsync(2);
        await EveryScriptIsAppliedOnceAsync();
    }

    private Task<RecordedChange> JobRunsAsync(string job) => Namespace.Record.WaitForAsync(
        c => c.Value is V1Pod pod && pod.GetLabel("job-name") == job
            && pod.AppImage() is null
            && pod.Spec.Containers[0].Image == Namespace.Cluster.Images.Orders(2)
            && pod.Status.ContainerStatuses?.Any(s => s.State.Running is not null) == true,
        Cancel);

    private async Task EveryScriptIsAppliedOnceAsync()
    {
        var applied = await Namespace.Database.AppliedScriptsAsync(Cancel);
        Assert.Equal(
            [
                "V1__create_customers.sql", "V2__create_products.sql", "V3__create_orders.sql",
                "V4__stock_the_shop.sql", "R__order_overview.sql",
                "V5__add_order_reference.sql", "V6__backfill_order_reference.sql", "V7__require_order_reference.sql",
                "V8__create_shipments.sql", "V9__index_orders.sql", "R__order_overview.sql",
            ],
            applied);
    }
}
