using k8s.Models;
using Migrator.Deployment.Tests.Chart.Support;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd.Observation;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

/// <summary>The chart as a dependency: <c>chart/examples/shop</c>.</summary>
public sealed class ShopChartTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_parents_pods_start_after_the_job_of_the_dependency(int helm)
    {
        await StartAsync(helm);
        using var folder = new TempFolder();
        await Namespace.CreateSecretAsync("shop-database", Namespace.Database.Url, Cancel);

        (await Tools.HelmAsync(
            [
                "install", "shop", ShopExample.VendorIn(folder),
                "--set", $"schema.image.repository={Namespace.Cluster.Images.OrdersRepository},schema.image.tag=v1",
                "--set", "schema.migration.command={orders,migrate},schema.migration.dir=",
            ],
            Cancel)).Succeeded();

        var started = await Namespace.Record.WaitForAsync(c => c.Value is V1Pod pod && HasStarted(pod), Cancel);
        var complete = await Namespace.Record.WaitForAsync(c => c.Value is V1Job job && job.IsComplete(), Cancel);
        Assert.Equal("shop-schema-migrate", complete.Value.Name());
        Assert.True(complete.Version < started.Version, $"Job complete at {complete.Version}, started at {started.Version}");
        Assert.True(await Namespace.Database.HasTableAsync("orders", Cancel));
    }

    /// <summary>Whether the shop's container has started. The sample image only prints its usage and exits.</summary>
    private static bool HasStarted(V1Pod pod) => pod.Status?.ContainerStatuses?.Any(s =>
        s.Name == "shop" && (s.State.Running is not null || s.State.Terminated is not null || s.RestartCount > 0)) == true;
}
