using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd.Observation;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

public sealed class GateTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Without_hooks_the_gate_keeps_new_pods_from_starting_until_the_migrations_ran(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1)).Succeeded();
        await orders.RolledOutAsync();

        (await orders.UpgradeAsync(2, "--no-hooks")).Succeeded();

        // Time enough for a server to start, if nothing kept it from that.
        await orders.FirstPodAsync(2, pod => pod.IsGateRunning() || pod.AppHasStarted());
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        var held = await orders.PodsAsync(2);
        Assert.NotEmpty(held);
        Assert.All(held, pod => Assert.False(pod.AppHasStarted() || pod.IsReady()));
        await orders.AnswersAsync(1);

        var appliedAtTheStart = orders.AppliedAtTheStartAsync(2);

        await orders.MigrateAsync(2);

        await orders.RolledOutAsync();
        await orders.AnswersAsync(2);
        Assert.Equal(await orders.Database.AppliedScriptsAsync(Cancel), await appliedAtTheStart);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Old_pods_that_are_restarted_on_a_newer_database_pass_the_gate(int helm)
    {
        var orders = await StartAsync(helm);
        (await orders.InstallAsync(1)).Succeeded();
        await orders.RolledOutAsync();
        // v2 has more scripts, and another wording of v1's repeatable one.
        await orders.MigrateAsync(2);
        await orders.CompleteJobAsync(2);

        await orders.ReplacePodsAsync(1);

        await orders.AnswersAsync(1);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_hook_keeps_the_order_without_the_gate_too(int helm)
    {
        var orders = await StartAsync(helm);
        string[] off = ["--set", "gate.enabled=false"];

        (await orders.InstallAsync(1, off)).Succeeded();
        (await orders.UpgradeAsync(2, off)).Succeeded();

        await orders.RolledOutAsync();
        await orders.AnswersAsync(2);
        Assert.All(await orders.PodsAsync(2), pod => Assert.Null(pod.Spec.InitContainers));
    }
}
