using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd.Observation;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

/// <summary><c>migration.mode: job</c>: no hook, the gate alone keeps the order.</summary>
public sealed class JobModeTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    private static readonly string[] s_mode = ["--set", "migration.mode=job"];

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task New_pods_wait_beside_the_old_ones_until_a_mended_migration_went_through(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(2, s_mode)).Succeeded();
        await orders.RolledOutAsync();
        await orders.RunDataAsync("duplicate.sql");

        // helm does not wait for a Job that is no hook.
        (await orders.UpgradeAsync(3, s_mode)).Succeeded();
        await orders.Record.WaitForAsync(c => c.Value is V1Job job && job.IsFailed(), Cancel);
        await orders.FirstPodAsync(3, pod => pod.IsGateRunning() || pod.AppHasStarted());
        Assert.All(await orders.PodsAsync(3), pod => Assert.False(pod.AppHasStarted()));
        await orders.AnswersAsync(2);

        await orders.RunDataAsync("merge-duplicates.sql");
        (await orders.UpgradeAsync(3, s_mode)).Succeeded();

        await orders.RolledOutAsync();
        await orders.AnswersAsync(3);
    }
}
