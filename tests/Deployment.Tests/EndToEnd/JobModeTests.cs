using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd.Observation;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

/// <summary><c>migration.mode: job</c>: there is no hook, and only the gate controls the order.</summary>
public sealed class JobModeTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    private static readonly string[] s_jobMode = ["--set", "migration.mode=job"];

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task New_pods_wait_and_old_pods_serve_until_the_fixed_migration_succeeds(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(2, s_jobMode)).Succeeded();
        await orders.WaitForRolloutAsync();
        await orders.RunDataAsync("duplicate.sql");

        // helm does not wait for a Job that is not a hook.
        (await orders.UpgradeAsync(3, s_jobMode)).Succeeded();
        await orders.Record.WaitForAsync(c => c.Value is V1Job job && job.IsFailed(), Cancel);
        await orders.FirstPodAsync(3, pod => pod.IsGateRunning() || pod.AppHasStarted());
        Assert.All(await orders.PodsAsync(3), pod => Assert.False(pod.AppHasStarted()));
        await orders.AssertServesAsync(2);

        await orders.RunDataAsync("merge-duplicates.sql");
        (await orders.UpgradeAsync(3, s_jobMode)).Succeeded();

        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(3);
    }
}
