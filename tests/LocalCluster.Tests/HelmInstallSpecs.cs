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
    public async Task I_can_install_a_chart_whose_hook_job_is_complete_before_the_app_starts(int helm)
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
    public async Task A_first_install_that_fails_goes_through_as_an_upgrade_once_it_is_mended(int helm)
    {
        await using var test = await TestCluster.StartAsync();
        string[] upgrade = ["upgrade", "--install", "shop", TestCluster.Chart("tiny"), "--namespace", "new", "--create-namespace", .. TestCluster.Wait];

        (await test.HelmAsync(helm, [.. upgrade, "--set", "job=exit 1"])).Failed();
        Assert.Empty(test.Cluster.List("Deployment"));
        (await test.HelmAsync(helm, [.. upgrade, "--reset-values"])).Done();

        Assert.Single(test.Cluster.List("Deployment", "new"));
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
}
