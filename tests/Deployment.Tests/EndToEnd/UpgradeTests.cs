using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

public sealed class UpgradeTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_job_is_complete_before_the_first_v2_pod_and_its_table_is_there(int helm)
    {
        var orders = await StartAsync(helm);
        await orders.InstallAsync(1);
        await orders.RolledOutAsync();
        var reader = await TableReader.StartAsync(orders.Database, "orders", Cancel);

        var upgrading = orders.UpgradeAsync(2);
        var appliedAtTheStart = orders.AppliedAtTheStartAsync(2);

        // While a report keeps the migration waiting, pods of v2 would have all the time to start.
        Assert.True(await TableReader.WaitForLockWaitAsync(orders.Database, upgrading, Cancel), "the migration waits");
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        Assert.Empty(await orders.PodsAsync(2));
        await reader.DisposeAsync();

        (await upgrading).Succeeded();
        await orders.RolledOutAsync();
        Assert.Equal(await orders.Database.AppliedScriptsAsync(Cancel), await appliedAtTheStart);
        Assert.True(await orders.Database.HasTableAsync("shipments", Cancel));
        // helm makes the Deployment once the Job's status says that it is complete.
        var complete = await orders.CompleteJobAsync(2);
        var firstPod = await orders.FirstPodAsync(2, _ => true);
        Assert.True(complete.Version < firstPod.Version, $"Job complete at {complete.Version}, pod made at {firstPod.Version}");
        await orders.AnswersAsync(2);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task With_wait_helm_returns_when_all_new_pods_serve(int helm)
    {
        var orders = await StartAsync(helm);

        (await orders.InstallAsync(1, "--wait")).Succeeded();
        await orders.AnswersAsync(1);
        (await orders.UpgradeAsync(2, "--wait")).Succeeded();
        await orders.AnswersAsync(2);
    }
}
