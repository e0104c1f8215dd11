using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

/// <summary>Jobs that end for another reason than the result of their migration.</summary>
public sealed class BrokenJobTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_job_whose_image_is_missing_ends_at_its_deadline_and_nothing_else_changes(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1)).Succeeded();
        await orders.WaitForRolloutAsync();
        var generation = (await orders.FindDeploymentAsync())!.Metadata.Generation;

        var failed = (await orders.UpgradeAsync(
            99,
            "--set", "migration.connectWait=500ms,migration.lockWait=500ms,migration.timeout=2s",
            "--set", "migration.podDeadline=4s,migration.backoffLimit=0")).Failed();

        // The Job's deadline expired, not helm's timeout.
        Assert.DoesNotContain("timed out", failed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("deadline exceeded", failed.Text, StringComparison.Ordinal);
        Assert.Equal(generation, (await orders.FindDeploymentAsync())!.Metadata.Generation);
        await orders.AssertServesAsync(1);
        var events = (await Tools.KubectlAsync(["get", "events"], Cancel)).Succeeded();
        Assert.Matches("orders-migrate.*orders:v99", events.Output);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_job_of_a_killed_helm_is_replaced_and_not_mistaken_for_the_next_job(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1)).Succeeded();
        await orders.WaitForRolloutAsync();
        await using (await TableReader.StartAsync(orders.Database, "orders", Cancel))
        {
            using var kill = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var upgrading = orders.UpgradeAsync(2, kill.Token);
            Assert.True(await TableReader.WaitUntilBlockedAsync(orders.Database, upgrading, Cancel), "the migration waits");
            await kill.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upgrading);
        }

        // The Job succeeds without a helm that waits for it.
        var left = await orders.CompleteJobAsync(2);
        await orders.AssertServesAsync(1);

        // helm considers the upgrade still in progress. helm's own remedy is a rollback.
        (await orders.UpgradeAsync(2)).Failed();
        (await Tools.HelmAsync(["rollback", "orders", "1"], Cancel)).Succeeded();
        (await orders.UpgradeAsync(2)).Succeeded();

        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(2);
        await orders.CompleteJobAsync(2, otherThan: left.Value.Uid());
    }

    [Fact(Timeout = 120_000)]
    public async Task Helm_3_continues_after_its_job_is_deleted_but_the_gate_makes_new_pods_wait()
    {
        var orders = await StartAsync(3);
        (await DeleteJobDuringUpgradeAsync(orders)).Succeeded();

        await orders.FirstPodAsync(2, pod => pod.IsGateRunning() || pod.AppHasStarted());
        await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
        Assert.All(await orders.PodsAsync(2), pod => Assert.False(pod.AppHasStarted() || pod.IsReady()));
        await AnotherUpgradeSucceedsAsync(orders);
    }

    [Fact(Timeout = 120_000)]
    public async Task Helm_4_fails_after_its_job_is_deleted_and_nothing_else_changes()
    {
        var orders = await StartAsync(4);
        (await DeleteJobDuringUpgradeAsync(orders)).Failed();

        Assert.Empty(await orders.PodsAsync(2));
        await AnotherUpgradeSucceedsAsync(orders);
    }

    private async Task<ToolOutcome> DeleteJobDuringUpgradeAsync(OrdersRelease orders)
    {
        (await orders.InstallAsync(1)).Succeeded();
        await orders.WaitForRolloutAsync();
        await using var reader = await TableReader.StartAsync(orders.Database, "orders", Cancel);
        var upgrading = orders.UpgradeAsync(2, "--timeout", "20s");
        Assert.True(await TableReader.WaitUntilBlockedAsync(orders.Database, upgrading, Cancel), "the migration waits");
        await orders.DeleteJobAsync(2);
        return await upgrading;
    }

    private static async Task AnotherUpgradeSucceedsAsync(OrdersRelease orders)
    {
        Assert.False(await orders.Database.HasTableAsync("shipments", Cancel));
        await orders.AssertServesAsync(1);
        (await orders.UpgradeAsync(2)).Succeeded();
        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(2);
    }
}
