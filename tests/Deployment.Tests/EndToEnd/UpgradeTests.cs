using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

public sealed class UpgradeTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_job_is_complete_before_the_first_pod_of_v2_starts(int helm)
    {
        var orders = await StartAsync(helm);
        await orders.InstallAsync(1);
        await orders.WaitForRolloutAsync();
        var reader = await TableReader.StartAsync(orders.Database, "orders", Cancel);

        var upgrading = orders.UpgradeAsync(2);
        var appliedWhenFirstPodStarted = orders.AppliedWhenFirstPodStartedAsync(2);

        // The reader blocks the migration long enough for pods of v2 to start, if helm did not wait for the Job.
        Assert.True(await TableReader.WaitUntilBlockedAsync(orders.Database, upgrading, Cancel), "the migration waits");
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        Assert.Empty(await orders.PodsAsync(2));
        await reader.DisposeAsync();

        (await upgrading).Succeeded();
        await orders.WaitForRolloutAsync();
        Assert.Equal(await orders.Database.AppliedScriptsAsync(Cancel), await appliedWhenFirstPodStarted);
        Assert.True(await orders.Database.HasTableAsync("shipments", Cancel));
        // helm updates the Deployment once the Job's status is complete.
        var complete = await orders.CompleteJobAsync(2);
        var firstPod = await orders.FirstPodAsync(2, _ => true);
        Assert.True(complete.Version < firstPod.Version, $"Job complete at {complete.Version}, pod created at {firstPod.Version}");
        await orders.AssertServesAsync(2);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Helm_with_wait_returns_when_all_new_pods_serve(int helm)
    {
        var orders = await StartAsync(helm);

        (await orders.InstallAsync(1, "--wait")).Succeeded();
        await orders.AssertServesAsync(1);
        (await orders.UpgradeAsync(2, "--wait")).Succeeded();
        await orders.AssertServesAsync(2);
    }
}
