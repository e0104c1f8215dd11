using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

/// <summary>Jobs that end otherwise than by their own doing.</summary>
public sealed class BrokenJobTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_job_whose_image_is_missing_ends_by_its_deadline_and_nothing_else_changes(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1)).Succeeded();
        await orders.RolledOutAsync();
        var generation = (await orders.FindDeploymentAsync())!.Metadata.Generation;

        var failed = (await orders.UpgradeAsync(
            99,
            "--set", "migration.connectWait=500ms,migration.lockWait=500ms,migration.timeout=2s",
            "--set", "migration.podDeadline=4s,migration.backoffLimit=0")).Failed();

        // By the Job's deadline, and not by helm's.
        Assert.DoesNotContain("timed out", failed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("deadline exceeded", failed.Text, StringComparison.Ordinal);
        Assert.Equal(generation, (await orders.FindDeploymentAsync())!.Metadata.Generation);
        await orders.AnswersAsync(1);
        var events = (await Tools.KubectlAsync(["get", "events"], Cancel)).Succeeded();
        Assert.Matches("orders-migrate.*orders:v99", events.Output);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_job_that_a_killed_helm_left_behind_is_replaced_and_not_taken_for_the_next_one(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1)).Succeeded();
        await orders.RolledOutAsync();
        await using (await TableReader.StartAsync(orders.Database, "orders", Cancel))
        {
            using var kill = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var upgrading = orders.UpgradeAsync(2, kill.Token);
            Assert.True(await TableReader.WaitForLockWaitAsync(orders.Database, upgrading, Cancel), "the migration waits");
            await kill.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upgrading);
        }

        // Nobody looks after the Job any more, and it ends well.
        var left = await orders.CompleteJobAsync(2);
        await orders.AnswersAsync(1);

        // helm takes the release for one that is being upgraded; its own way out is a rollback.
        (await orders.UpgradeAsync(2)).Failed();
        (await Tools.HelmAsync(["rollback", "orders", "1"], Cancel)).Succeeded();
        (await orders.UpgradeAsync(2)).Succeeded();

        await orders.RolledOutAsync();
        await orders.AnswersAsync(2);
        await orders.CompleteJobAsync(2, otherThan: left.Value.Uid());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_job_that_is_deleted_while_helm_3_waits_counts_as_done_for_helm_and_not_for_the_gate()
    {
        var orders = await StartAsync(3);
        (await DeleteJobDuringUpgradeAsync(orders)).Succeeded();

        await orders.FirstPodAsync(2, pod => pod.IsGateRunning() || pod.AppHasStarted());
        await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
        Assert.All(await orders.PodsAsync(2), pod => Assert.False(pod.AppHasStarted() || pod.IsReady()));
        await IsMendedByAnotherUpgradeAsync(orders);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_job_that_is_deleted_while_helm_4_waits_is_waited_for_to_the_end_and_nothing_else_changes()
    {
        var orders = await StartAsync(4);
        (await DeleteJobDuringUpgradeAsync(orders)).Failed();

        Assert.Empty(await orders.PodsAsync(2));
        await IsMendedByAnotherUpgradeAsync(orders);
    }

    private async Task<ToolOutcome> DeleteJobDuringUpgradeAsync(OrdersRelease orders)
    {
        (await orders.InstallAsync(1)).Succeeded();
        await orders.RolledOutAsync();
        await using var reader = await TableReader.StartAsync(orders.Database, "orders", Cancel);
        var upgrading = orders.UpgradeAsync(2, "--timeout", "20s");
        Assert.True(await TableReader.WaitForLockWaitAsync(orders.Database, upgrading, Cancel), "the migration waits");
        await orders.DeleteJobAsync(2);
        return await upgrading;
    }

    private static async Task IsMendedByAnotherUpgradeAsync(OrdersRelease orders)
    {
        Assert.False(await orders.Database.HasTableAsync("shipments", Cancel));
        await orders.AnswersAsync(1);
        (await orders.UpgradeAsync(2)).Succeeded();
        await orders.RolledOutAsync();
        await orders.AnswersAsync(2);
    }
}
