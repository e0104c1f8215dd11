using System.Formats.Tar;
using System.IO.Compression;
using Migrator.Deployment.Tests.Chart.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>Chart.yaml and the content of the package.</summary>
public sealed class ChartMetadataTests
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [InlineData("1.28.9", false)]
    [InlineData("1.29.0", true)]
    [InlineData("1.33.4-gke.1000", true)]
    public async Task The_chart_accepts_kubernetes_versions_with_native_sidecars(string version, bool accepted)
    {
        foreach (var helm in HelmCli.Both)
        {
            var result = await helm.RunAsync(Rendering.Minimal, ["template", "orders", ChartFolder.Path, "--kube-version", version]);

            Assert.Equal(accepted, result.IsSuccess);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_package_contains_the_chart_with_its_examples()
    {
        using var folder = new TempFolder();
        var result = await HelmCli.V4.RunAsync(null, ["package", ChartFolder.Path, "--destination", folder.Path]);
        Assert.True(result.IsSuccess, result.StandardError);
        await using var file = File.OpenRead(Assert.Single(Directory.GetFiles(folder.Path)));
        await using var content = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(content);
        var names = new List<string>();
        while (await tar.GetNextEntryAsync(cancellationToken: TestContext.Current.CancellationToken) is { } entry)
        {
            names.Add(entry.Name);
        }

        Assert.Contains("migrator/values.schema.json", names);
        Assert.Contains("migrator/templates/migration/job.yaml", names);
        // The chart's README refers to these.
        Assert.Contains("migrator/examples/shop/Chart.yaml", names);
        Assert.Contains("migrator/ci/inline-values.yaml", names);
        Assert.DoesNotContain("migrator/artifacthub-repo.yml", names);
    }

    [Fact(Timeout = Limit)]
    public void Chart_yaml_has_the_annotations_that_artifact_hub_shows()
    {
        var annotations = Yaml.Parse(ChartFolder.Read("Chart.yaml")).At("annotations");

        Assert.Equal("MIT", annotations.At("artifacthub.io/license").Text());
        Assert.All(
            Yaml.Parse(annotations.At("artifacthub.io/links").Text()!).Items(),
            link => Assert.StartsWith("https://", link.At("url").Text(), StringComparison.Ordinal));
        Assert.Equal("database", annotations.At("artifacthub.io/category").Text());
        Assert.NotEmpty(Yaml.Parse(annotations.At("artifacthub.io/changes").Text()!).Items());
    }
}
