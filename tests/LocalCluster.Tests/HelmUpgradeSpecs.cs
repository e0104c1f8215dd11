using Migrator.LocalCluster.Tests.Support;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class HelmUpgradeSpecs
{
    [Theory(Timeout = 60_000)]
    [InlineData(3, "Error: UPGRADE FAILED: pre-upgrade hooks failed: 1 error occurred:\n\t* job shop-migrate failed: BackoffLimitExceeded")]
    [InlineData(4, "resource Job/default/shop-migrate not ready. status: Failed, message: Job Failed. failed: 1/1")]
    public async Task A_failed_hook_job_leaves_the_app_unchanged_and_helm_shows_its_log(
        int helm, string error)
    {
        await using var test = await TestCluster.StartAsync();
        var chart = TestCluster.Chart("tiny");
        (await test.HelmAsync(helm, ["install", "shop", chart, .. TestCluster.Wait])).Done();
        var before = test.Cluster.Find("Deployment", "default", "shop");
        string[] failing = ["--set", "job=echo column is missing; exit 7", "--set", "greeting=hi"];

        var upgrade = await test.HelmAsync(helm, ["upgrade", "shop", chart, .. failing, .. TestCluster.Wait]);

        Assert.Contains(error, upgrade.Failed().Error, StringComparison.Ordinal);
        Assert.Contains("column is missing", upgrade.Text + upgrade.Error, StringComparison.Ordinal);
        Assert.Equal(before?.ToJsonString(), test.Cluster.Find("Deployment", "default", "shop")?.ToJsonString());
        Assert.Contains("failed", (await test.HelmAsync(helm, "status", "shop")).Text, StringComparison.Ordinal);

        (await test.HelmAsync(helm, ["upgrade", "shop", chart, "--set", "greeting=hi", .. TestCluster.Wait])).Done();

        Assert.Equal(["hi\n"], await test.AppLogsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Helm_3_and_helm_4_can_upgrade_each_others_releases()
    {
        await using var test = await TestCluster.StartAsync();
        var chart = TestCluster.Chart("tiny");

        (await test.HelmAsync(3, ["install", "shop", chart, .. TestCluster.Wait])).Done();
        (await test.HelmAsync(4, ["upgrade", "shop", chart, "--set", "greeting=hi", .. TestCluster.Wait])).Done();
        Assert.Equal(["hi\n"], await test.AppLogsAsync());
        (await test.HelmAsync(3, ["upgrade", "shop", chart, "--set", "greeting=hey", .. TestCluster.Wait])).Done();
        Assert.Equal(["hey\n"], await test.AppLogsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_concurrent_upgrade_is_rejected()
    {
        await using var test = await TestCluster.StartAsync();
        var chart = TestCluster.Chart("tiny");
        (await test.HelmAsync(4, ["install", "shop", chart, .. TestCluster.Wait])).Done();
        string[] upgrade = ["upgrade", "shop", chart, "--set", "job=sleep 1", .. TestCluster.Wait];

        var first = test.HelmAsync(4, upgrade);
        await test.Cluster.History.WaitForAsync(
            e => e.Kind == "Secret" && e.Name == "sh.helm.release.v1.shop.v2", cancellationToken: TestContext.Current.CancellationToken);
        var second = await test.HelmAsync(4, upgrade);

        Assert.Contains(
            "another operation (install/upgrade/rollback) is in progress",
            second.Failed().Error,
            StringComparison.Ordinal);
        (await first).Done();
    }
}
