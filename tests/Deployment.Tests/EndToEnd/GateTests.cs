using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd.Observation;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

public sealed class GateTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Without_hooks_the_gate_makes_new_pods_wait_until_the_migrations_are_applied(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1)).Succeeded();
        await orders.WaitForRolloutAsync();

        (await orders.UpgradeAsync(2, "--no-hooks")).Succeeded();

        // Long enough for a server to start if the gate did not wait.
        await orders.FirstPodAsync(2, pod => pod.IsGateRunning() || pod.AppHasStarted());
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        var waiting = await orders.PodsAsync(2);
        Assert.NotEmpty(waiting);
        Assert.All(waiting, pod => Assert.False(pod.AppHasStarted() || pod.IsReady()));
        await orders.AssertServesAsync(1);

        var appliedWhenFirstPodStarted = orders.AppliedWhenFirstPodStartedAsync(2);

        await orders.MigrateAsync(2);

        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(2);
        Assert.Equal(await orders.Database.AppliedScriptsAsync(Cancel), await appliedWhenFirstPodStarted);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Old_pods_that_are_restarted_on_a_newer_database_pass_the_gate(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1)).Succeeded();
        await orders.WaitForRolloutAsync();
        // v2 has additional scripts, and other content in the repeatable script of v1.
        await orders.MigrateAsync(2);
        await orders.CompleteJobAsync(2);

        await orders.ReplacePodsAsync(1);

        await orders.AssertServesAsync(1);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_hook_alone_runs_the_migration_before_the_new_pods_start(int helm)
    {
        var orders = await StartAsync(helm);
        string[] off = ["--set", "gate.enabled=false"];

        (await orders.InstallAsync(1, off)).Succeeded();
        (await orders.UpgradeAsync(2, off)).Succeeded();

        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(2);
        Assert.All(await orders.PodsAsync(2), pod => Assert.Null(pod.Spec.InitContainers));
    }
}
