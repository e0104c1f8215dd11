using Migrator.LocalCluster.History;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Tests.Support;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class HelmSpecs
{
    private static readonly string[] s_wait = ["--wait", "--timeout", "30s"];

    [Theory(Timeout = 60_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task I_can_install_a_chart_whose_hook_job_is_complete_before_the_app_starts(int helm)
    {
        await using var test = await TestCluster.StartAsync();

        var install = await test.HelmAsync(helm, ["install", "shop", TestCluster.Chart("tiny"), .. s_wait]);

        Assert.Contains("STATUS: deployed", install.Done().Text, StringComparison.Ordinal);
        var job = test.Cluster.Find("Job", "default", "shop-migrate")!;
        Assert.Equal(1, job.Whole("status", "succeeded"));
        var events = test.Cluster.History.Events;
        var complete = events.First(e => e.Kind == "Job" && Pods.HasCondition(e.State, "Complete"));
        var appAdded = events.First(e => e is { Type: HistoryEventType.Added, Kind: "Deployment" });
        var appStarted = events.First(e => e is { Type: HistoryEventType.ContainerStarted, Container: "app" });
        var ready = events.First(e => e.Type == HistoryEventType.PodReady && e.State.Text("metadata", "labels", "app") == "shop");
        Assert.True(complete.Number < appAdded.Number);
        Assert.True(appAdded.Number < appStarted.Number);
        Assert.True(appStarted.Number < ready.Number);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task I_can_upgrade_roll_back_and_uninstall_a_release(int helm)
    {
        await using var test = await TestCluster.StartAsync();
        var chart = TestCluster.Chart("tiny");
        (await test.HelmAsync(helm, ["install", "shop", chart, .. s_wait])).Done();
        var firstJob = test.Cluster.Find("Job", "default", "shop-migrate").Text("metadata", "uid");

        (await test.HelmAsync(helm, ["upgrade", "shop", chart, "--set", "greeting=hi,replicas=2", .. s_wait])).Done();

        Assert.NotEqual(firstJob, test.Cluster.Find("Job", "default", "shop-migrate").Text("metadata", "uid"));
        Assert.Equal(["hi\n", "hi\n"], await AppLogsAsync(test));

        (await test.HelmAsync(helm, ["rollback", "shop", "1", .. s_wait])).Done();

        Assert.Equal(["hello\n"], await AppLogsAsync(test));
        var history = (await test.HelmAsync(helm, "history", "shop")).Done().Text.TrimEnd().Split('\n');
        Assert.Equal(4, history.Length);
        Assert.Contains("Rollback to 1", history[3], StringComparison.Ordinal);

        (await test.HelmAsync(helm, ["uninstall", "shop", .. s_wait])).Done();

        Assert.Empty(test.Cluster.List("Deployment"));
        Assert.Empty(test.Cluster.List("ReplicaSet"));
        Assert.Null(test.Cluster.Find("Service", "default", "shop"));
        // Hook objects do not belong to a release.
        Assert.NotNull(test.Cluster.Find("Job", "default", "shop-migrate"));
        Assert.NotNull(test.Cluster.Find("Secret", "default", "shop-settings"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(3, "Error: UPGRADE FAILED: pre-upgrade hooks failed: 1 error occurred:\n\t* job shop-migrate failed: BackoffLimitExceeded")]
    [InlineData(4, "resource Job/default/shop-migrate not ready. status: Failed, message: Job Failed. failed: 1/1")]
    public async Task An_upgrade_whose_hook_job_fails_leaves_the_app_alone_and_shows_the_jobs_log(int helm, string error)
    {
        await using var test = await TestCluster.StartAsync();
        var chart = TestCluster.Chart("tiny");
        (await test.HelmAsync(helm, ["install", "shop", chart, .. s_wait])).Done();
        var before = test.Cluster.Find("Deployment", "default", "shop");
        string[] failing = ["--set", "job=echo column is missing; exit 7", "--set", "greeting=hi"];

        var upgrade = await test.HelmAsync(helm, ["upgrade", "shop", chart, .. failing, .. s_wait]);

        Assert.Contains(error, upgrade.Failed().Error, StringComparison.Ordinal);
        Assert.Contains("column is missing", upgrade.Text + upgrade.Error, StringComparison.Ordinal);
        Assert.Equal(before?.ToJsonString(), test.Cluster.Find("Deployment", "default", "shop")?.ToJsonString());
        Assert.Contains("failed", (await test.HelmAsync(helm, "status", "shop")).Text, StringComparison.Ordinal);

        (await test.HelmAsync(helm, ["upgrade", "shop", chart, "--set", "greeting=hi", .. s_wait])).Done();

        Assert.Equal(["hi\n"], await AppLogsAsync(test));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_first_install_that_fails_goes_through_as_an_upgrade_once_it_is_mended(int helm)
    {
        await using var test = await TestCluster.StartAsync();
        string[] upgrade = ["upgrade", "--install", "shop", TestCluster.Chart("tiny"), "--namespace", "new", "--create-namespace", .. s_wait];

        (await test.HelmAsync(helm, [.. upgrade, "--set", "job=exit 1"])).Failed();
        Assert.Empty(test.Cluster.List("Deployment"));
        (await test.HelmAsync(helm, [.. upgrade, "--reset-values"])).Done();

        Assert.Single(test.Cluster.List("Deployment", "new"));
    }

    [Fact(Timeout = 60_000)]
    public async Task I_can_go_on_with_helm_4_from_what_helm_3_has_installed_and_back()
    {
        await using var test = await TestCluster.StartAsync();
        var chart = TestCluster.Chart("tiny");

        (await test.HelmAsync(3, ["install", "shop", chart, .. s_wait])).Done();
        (await test.HelmAsync(4, ["upgrade", "shop", chart, "--set", "greeting=hi", .. s_wait])).Done();
        Assert.Equal(["hi\n"], await AppLogsAsync(test));
        (await test.HelmAsync(3, ["upgrade", "shop", chart, "--set", "greeting=hey", .. s_wait])).Done();
        Assert.Equal(["hey\n"], await AppLogsAsync(test));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(3, "--atomic")]
    [InlineData(4, "--rollback-on-failure")]
    public async Task An_upgrade_that_never_gets_ready_is_rolled_back_when_asked_to(int helm, string flag)
    {
        await using var test = await TestCluster.StartAsync();
        var chart = TestCluster.Chart("tiny");
        (await test.HelmAsync(helm, ["install", "shop", chart, .. s_wait])).Done();

        var upgrade = await test.HelmAsync(
            helm, "upgrade", "shop", chart, "--set", "appImage=tool:9", flag, "--timeout", "4s");

        Assert.Contains("rolled back", upgrade.Failed().Error, StringComparison.Ordinal);
        Assert.Equal("tool:1", test.Cluster.Find("Deployment", "default", "shop")!["spec"]!["template"]!["spec"]!["containers"]![0].Text("image"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_upgrades_at_once_leave_one_release()
    {
        await using var test = await TestCluster.StartAsync();
        var chart = TestCluster.Chart("tiny");
        (await test.HelmAsync(4, ["install", "shop", chart, .. s_wait])).Done();
        string[] upgrade = ["upgrade", "shop", chart, "--set", "job=sleep 1", .. s_wait];

        var first = test.HelmAsync(4, upgrade);
        await test.Cluster.History.WaitForAsync(
            e => e.Kind == "Secret" && e.Name == "sh.helm.release.v1.shop.v2", cancellationToken: TestContext.Current.CancellationToken);
        var second = await test.HelmAsync(4, upgrade);

        Assert.Contains("another operation (install/upgrade/rollback) is in progress", second.Failed().Error, StringComparison.Ordinal);
        (await first).Done();
    }

    [Theory(Timeout = 60_000)]
    // Helm 3 leaves it to the server to warn (fieldValidation=Warn), Helm 4 applies, and an unknown field has no place.
    [InlineData(3, 0, "unknown field \\\"spec.template.spec.containers[0].imagePullPolice\\\"")]
    [InlineData(4, 1, ".imagePullPolice: field not declared in schema")]
    public async Task A_typing_error_in_a_chart_is_told(int helm, int exitCode, string error)
    {
        await using var test = await TestCluster.StartAsync();

        var install = await test.HelmAsync(helm, "install", "shop", TestCluster.Chart("typo"));

        Assert.Equal(exitCode, install.ExitCode);
        Assert.Contains(error, install.Error, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> AppLogsAsync(TestCluster test)
    {
        var logs = new List<string>();
        foreach (var pod in test.Cluster.List("Pod").Where(p => Pods.IsActive(p) && p.Text("metadata", "labels", "app") == "shop"))
        {
            logs.Add((await test.KubectlAsync("logs", pod.Text("metadata", "name")!)).Done().Text);
        }

        return logs;
    }
}
