using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Tests.Support;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class HelmRollbackSpecs
{
    [Theory(Timeout = 60_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_release_can_be_upgraded_rolled_back_and_uninstalled(int helm)
    {
        await using var test = await TestCluster.StartAsync();
        var chart = TestCluster.Chart("tiny");
        (await test.HelmAsync(helm, ["install", "shop", chart, .. TestCluster.Wait])).Done();
        var firstJob = test.Cluster.Find("Job", "default", "shop-migrate").Text("metadata", "uid");

        (await test.HelmAsync(helm, ["upgrade", "shop", chart, "--set", "greeting=hi,replicas=2", .. TestCluster.Wait])).Done();

        Assert.NotEqual(firstJob, test.Cluster.Find("Job", "default", "shop-migrate").Text("metadata", "uid"));
        Assert.Equal(["hi\n", "hi\n"], await test.AppLogsAsync());

        (await test.HelmAsync(helm, ["rollback", "shop", "1", .. TestCluster.Wait])).Done();

        Assert.Equal(["hello\n"], await test.AppLogsAsync());
        var history = (await test.HelmAsync(helm, "history", "shop")).Done().Text.TrimEnd().Split('\n');
        Assert.Equal(4, history.Length);
        Assert.Contains("Rollback to 1", history[3], StringComparison.Ordinal);

        (await test.HelmAsync(helm, ["uninstall", "shop", .. TestCluster.Wait])).Done();

        Assert.Empty(test.Cluster.List("Deployment"));
        Assert.Empty(test.Cluster.List("ReplicaSet"));
        Assert.Null(test.Cluster.Find("Service", "default", "shop"));
        // Helm does not delete hook objects with a release.
        Assert.NotNull(test.Cluster.Find("Job", "default", "shop-migrate"));
        Assert.NotNull(test.Cluster.Find("Secret", "default", "shop-settings"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(3, "--atomic")]
    [InlineData(4, "--rollback-on-failure")]
    public async Task An_upgrade_that_never_becomes_ready_is_rolled_back_with_the_flag(int helm, string flag)
    {
        await using var test = await TestCluster.StartAsync();
        var chart = TestCluster.Chart("tiny");
        (await test.HelmAsync(helm, ["install", "shop", chart, .. TestCluster.Wait])).Done();

        var upgrade = await test.HelmAsync(
            helm, "upgrade", "shop", chart, "--set", "appImage=tool:9", flag, "--timeout", "4s");

        Assert.Contains("rolled back", upgrade.Failed().Error, StringComparison.Ordinal);
        var deployment = test.Cluster.Find("Deployment", "default", "shop");
        Assert.Equal("tool:1", deployment.Items("spec", "template", "spec", "containers").Single().Text("image"));
    }
}
