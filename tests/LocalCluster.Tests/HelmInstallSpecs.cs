using Migrator.LocalCluster.History;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Tests.Support;
using Xunit;

namespace Migrator.LocalCluster.Tests;

public sealed class HelmInstallSpecs
{
    [Theory(Timeout = 60_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_hook_job_of_an_installation_completes_before_the_app_starts(int helm)
    {
        await using var test = await TestCluster.StartAsync();

        var install = await test.HelmAsync(helm, ["install", "shop", TestCluster.Chart("tiny"), .. TestCluster.Wait]);

        Assert.Contains("STATUS: deployed", install.Done().Text, StringComparison.Ordinal);
        var job = test.Cluster.Find("Job", "default", "shop-migrate")!;
        Assert.Equal(1, job.Whole("status", "succeeded"));
        var events = test.Cluster.History.Events;
        var complete = events.First(e => e.Kind == "Job" && Pods.HasCondition(e.State, "Complete"));
        var appAdded = events.First(e => e is { Type: HistoryEventType.Added, Kind: "Deployment" });
        var appStarted = events.First(e => e is { Type: HistoryEventType.ContainerStarted, Container: "app" });
        var ready = events.First(
            e => e.Type == HistoryEventType.PodReady && e.State.Text("metadata", "labels", "app") == "shop");
        Assert.True(complete.Number < appAdded.Number);
        Assert.True(appAdded.Number < appStarted.Number);
        Assert.True(appStarted.Number < ready.Number);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_failed_first_install_can_be_fixed_by_an_upgrade(int helm)
    {
        await using var test = await TestCluster.StartAsync();
        string[] upgrade = ["upgrade", "--install", "shop", TestCluster.Chart("tiny"), "--namespace", "new", "--create-namespace", .. TestCluster.Wait];

        (await test.HelmAsync(helm, [.. upgrade, "--set", "job=exit 1"])).Failed();
        Assert.Empty(test.Cluster.List("Deployment"));
        (await test.HelmAsync(helm, [.. upgrade, "--reset-values"])).Done();

        Assert.Single(test.Cluster.List("Deployment", "new"));
    }

    [Theory(Timeout = 60_000)]
    // Helm 3 requests a warning from the server (fieldValidation=Warn). Helm 4 uses server-side apply, which rejects
    // unknown fields.
    [InlineData(3, 0, "unknown field \\\"spec.template.spec.containers[0].imagePullPolice\\\"")]
    [InlineData(4, 1, ".imagePullPolice: field not declared in schema")]
    public async Task An_unknown_field_in_a_chart_is_reported(int helm, int exitCode, string error)
    {
        await using var test = await TestCluster.StartAsync();

        var install = await test.HelmAsync(helm, "install", "shop", TestCluster.Chart("typo"));

        Assert.Equal(exitCode, install.ExitCode);
        Assert.Contains(error, install.Error, StringComparison.Ordinal);
    }
}
