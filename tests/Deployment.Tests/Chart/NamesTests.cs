using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>Names and image references.</summary>
public sealed class NamesTests
{
    private const int Limit = 60_000;

    private const string Everything = """
        database: {existingSecret: "", url: "postgres://orders:secret@db/orders"}
        migration: {scripts: {inline: {V1__a.sql: "SELECT 1;"}}}
        serviceAccount: {create: true}
        """;

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("migration: {mode: job}")]
    public async Task Names_and_labels_have_at_most_63_characters(string mode)
    {
        var release = new string('r', 52) + "s"; // Helm's limit
        var values = Yaml.Merge(Rendering.Minimal, Everything, mode, $"nameOverride: {new string('n', 52)}");

        var rendering = await Rendering.OfChartAsync(ChartFolder.Path, release, values);

        Assert.All(rendering.Objects, o => Assert.InRange(o.Name.Length, 1, 63));
        Assert.All(rendering.Objects, o => Assert.Matches("^[a-z]([-a-z0-9]*[a-z0-9])?$", o.Name));
        Assert.Equal(rendering.Objects.Count, rendering.Objects.Select(o => o.ToString()).Distinct().Count());
        var labels = rendering.Objects.SelectMany(o => o.Node("metadata", "labels").Entries());
        Assert.All(labels, l => Assert.Matches("^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$", l.Value.Text()));
    }

    [Theory(Timeout = Limit)]
    [InlineData("", "orders")]
    [InlineData("nameOverride: orders", "orders")]
    [InlineData("nameOverride: api", "orders-api")]
    [InlineData("fullnameOverride: shop", "shop")]
    public async Task Names_follow_the_release_and_the_overrides(string values, string expected)
    {
        var rendering = await Rendering.OfAsync(values);

        Assert.Equal(expected, rendering.Deployment.Name);
        Assert.Equal($"{expected}-migrate", rendering.Job.Name);
    }

    [Fact(Timeout = Limit)]
    public async Task Dots_in_the_releases_name_are_replaced()
    {
        var rendering = await Rendering.OfChartAsync(ChartFolder.Path, "orders.v1", Rendering.Minimal);

        Assert.Equal("orders-v1", rendering.Single("Service").Name);
        Assert.All(rendering.Objects, o => Assert.DoesNotContain('.', o.Name));
    }

    [Fact(Timeout = Limit)]
    public async Task A_service_name_that_begins_with_a_digit_is_rejected()
    {
        foreach (var helm in HelmCli.Both)
        {
            var result = await helm.RunAsync(Rendering.Minimal, ["template", "2048", ChartFolder.Path]);

            Assert.False(result.IsSuccess);
            Assert.Contains("named 2048", result.StandardError, StringComparison.Ordinal);
            Assert.Contains("Set fullnameOverride", result.StandardError, StringComparison.Ordinal);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("v1.31.4-gke.1")]
    [InlineData("v1.30.14-eks-3abcdef")]
    [InlineData("v1.29.3+k3s1")]
    public async Task A_vendors_kubernetes_version_is_accepted(string version) =>
        Assert.NotEmpty((await Rendering.OfAsync("", "--kube-version", version)).Objects);

    [Theory(Timeout = Limit)]
    [InlineData("{tag: v1}", "registry.example.com/orders:v1")]
    [InlineData("{tag: '20260801'}", "registry.example.com/orders:20260801")]
    [InlineData("{tag: 'v1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}", "registry.example.com/orders:v1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("{tag: 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}", "registry.example.com/orders@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("{tag: '1.10'}", "registry.example.com/orders:1.10")]
    [InlineData("{tag: '0'}", "registry.example.com/orders:0")]
    [InlineData("{repository: 'localhost:5000/a/b', tag: v1}", "localhost:5000/a/b:v1")]
    [InlineData("{digest: 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}",
        "registry.example.com/orders@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public async Task An_image_has_a_tag_or_a_digest(string image, string expected)
    {
        var rendering = await Rendering.OfAsync($"image: {image}");

        Assert.Equal(expected, rendering.Deployment.Container("app").At("image").Text());
        Assert.Equal(expected, rendering.Job.Container("migrate").At("image").Text());
    }

    [Theory(Timeout = Limit)]
    [InlineData("{tag: 'a b'}", "tag")]
    [InlineData("{tag: ''}", "image.tag and image.digest are empty")]
    [InlineData("{repository: ''}", "image.repository is empty")]
    [InlineData("{repository: 'registry.example.com/orders:v1'}", "repository")]
    [InlineData("{digest: 'sha256:123'}", "digest")]
    public async Task An_invalid_image_is_rejected(string image, string message)
    {
        Assert.All(await Rejection.OfAsync($"image: {image}"), m => Assert.Contains(message, m, StringComparison.Ordinal));
    }
}
