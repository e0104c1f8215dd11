using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.EndToEnd;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Deployment.Tests.EndToEnd;

public sealed class ScriptModeTests(PreparedCluster prepared) : EndToEndTest(prepared)
{
    [Theory(Timeout = 120_000)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task The_small_image_migrates_with_scripts_from_a_config_map(int helm)
    {
        var orders = await StartAsync(helm);
        await CreateConfigMapAsync("orders-scripts-v1", 1);
        await CreateConfigMapAsync("orders-scripts-v2", 1, 2);

        (await orders.InstallAsync(1, Settings("orders-scripts-v1"))).Succeeded();
        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(1);
        (await orders.UpgradeAsync(2, Settings("orders-scripts-v2"))).Succeeded();

        await orders.WaitForRolloutAsync();
        await orders.AssertServesAsync(2);
        var pod = (await orders.PodsAsync(2))[0];
        Assert.Equal(Namespace.Cluster.Images.Migrator, Assert.Single(pod.Spec.InitContainers).Image);
    }

    private string[] Settings(string configMap) =>
    [
        "--set", $"migration.image.repository={Namespace.Cluster.Images.MigratorRepository}",
        "--set", $"migration.image.tag={SampleImages.MigratorTag}",
        "--set", "migration.command={migrate},migration.dir=/migrations",
        "--set", $"migration.scripts.configMap={configMap}",
    ];

    /// <summary>Creates a ConfigMap with the scripts of these versions. A repeatable script has its newest content.</summary>
    private async Task CreateConfigMapAsync(string name, params int[] releases)
    {
        var files = releases
            .SelectMany(r => Directory.EnumerateFiles(RepositoryRoot.Combine("samples", "Orders", "migrations", $"v{r}")))
            .GroupBy(file => Path.GetFileName(file), file => $"--from-file={file}");
        (await Tools.KubectlAsync(["create", "configmap", name, .. files.Select(f => f.Last())], Cancel)).Succeeded();
    }
}
