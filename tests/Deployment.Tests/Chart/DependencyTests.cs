using Migrator.Deployment.Tests.Chart.Support;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The chart as a dependency of another chart: <c>examples/shop</c>, with the alias <c>schema</c>.</summary>
public sealed class DependencyTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task The_migration_is_a_hook_named_after_the_alias()
    {
        var rendering = await RenderAsync();

        var job = Assert.Single(rendering.Hooks);
        Assert.Equal("Job/shop-schema-migrate", job.ToString());
        Assert.Equal("schema", job.Text("metadata", "labels", "app.kubernetes.io/name"));
        Assert.Equal("shop-database/url", job.Container("migrate").Environment()["DATABASE_URL"]);
    }

    [Fact(Timeout = Limit)]
    public async Task The_parents_pods_have_the_gate()
    {
        var rendering = await RenderAsync();

        var gate = rendering.Deployment.Container("gate");
        Assert.Equal("shop", rendering.Deployment.Name);
        Assert.Equal("wait", gate.At("args", "0").Text());
        Assert.Equal(rendering.Job.Container("migrate").At("image"), gate.At("image"));
        Assert.Equal("shop-database/url", gate.Environment()["DATABASE_URL"]);
        Assert.All(rendering.Objects, KubernetesTypes.Check);
    }

    [Fact(Timeout = Limit)]
    public async Task The_parents_gate_uses_inline_scripts_and_connection()
    {
        var rendering = await RenderAsync("""
            schema:
              database: {existingSecret: "", url: "postgres://shop:secret@db/shop"}
              migration: {scripts: {inline: {V1__a.sql: "SELECT 1;"}}}
            """);

        Assert.Equal("shop-schema-scripts", rendering.Deployment.PodSpec.At("volumes", "0", "configMap", "name").Text());
        rendering.Single("ConfigMap", "shop-schema-scripts");
        Assert.Equal("shop-schema-connection/url", rendering.Deployment.Container("gate").Environment()["DATABASE_URL"]);
        rendering.Single("Secret", "shop-schema-connection");
    }

    /// <summary>Helm accepts such aliases, because they are keys of the values.</summary>
    [Fact(Timeout = Limit)]
    public async Task An_alias_that_is_no_valid_kubernetes_name_is_converted()
    {
        var chart = ShopExample.VendorIn(_folder);
        File.WriteAllText(Path.Combine(chart, "Chart.yaml"), File.ReadAllText(Path.Combine(chart, "Chart.yaml"))
            .Replace("alias: schema", "alias: ordersDb_1", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(chart, "values.yaml"), File.ReadAllText(Path.Combine(chart, "values.yaml"))
            .Replace("schema:", "ordersDb_1:", StringComparison.Ordinal));
        File.Delete(Path.Combine(chart, "templates", "deployment.yaml"));

        var rendering = await Rendering.OfChartAsync(chart, "shop", "ordersDb_1: {enabled: true}");

        Assert.Equal("shop-ordersdb-1-migrate", rendering.Job.Name);
    }

    /// <summary>
    /// A hook replaces an existing object of the same name without asking. With equal names, the scripts of one database would
    /// run with the credentials of another.
    /// </summary>
    [Theory(Timeout = Limit)]
    [InlineData("orders-billing")]
    [InlineData("a-release-with-a-name-of-some-fifty-three-charactersx")]
    public async Task Different_aliases_have_different_object_names(string release)
    {
        var chart = ShopExample.VendorIn(_folder);
        string Dependency(string alias) => $"  - {{name: migrator, version: 0.1.0, repository: 'file://../..', alias: {alias}}}\n";
        File.WriteAllText(
            Path.Combine(chart, "Chart.yaml"),
            $"apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies:\n{Dependency("orders")}{Dependency("order")}{Dependency("billing")}");
        File.Delete(Path.Combine(chart, "templates", "deployment.yaml"));
        string Values(string alias) =>
            $"{alias}: {{image: {{repository: r, tag: v1}}, database: {{url: 'postgres://{alias}@db/{alias}'}}, serviceAccount: {{create: true}}}}";
        File.WriteAllText(Path.Combine(chart, "values.yaml"), $"{Values("orders")}\n{Values("order")}\n{Values("billing")}\n");

        var rendering = await Rendering.OfChartAsync(chart, release, null);

        Assert.Equal(3, rendering.Hooks.Count(h => h.Kind == "Job"));
        Assert.Equal(rendering.Objects.Count, rendering.Objects.Select(o => o.ToString()).Distinct().Count());
        Assert.All(rendering.Objects, o => Assert.InRange(o.Name.Length, 1, 63));
    }

    [Fact(Timeout = Limit)]
    public async Task The_condition_disables_the_migration_and_the_gate()
    {
        var rendering = await RenderAsync("schema: {enabled: false}");

        Assert.Equal("Deployment/shop", Assert.Single(rendering.Objects).ToString());
        Assert.Empty(rendering.Deployment.PodSpec.At("initContainers").Items());
    }

    [Fact(Timeout = Limit)]
    public async Task Global_values_are_accepted()
    {
        Assert.Single((await RenderAsync("global: {region: eu}")).Hooks);
    }

    [Fact(Timeout = Limit)]
    public async Task An_unknown_value_under_the_alias_is_rejected()
    {
        var chart = ShopExample.VendorIn(_folder);

        var result = await HelmCli.V4.RunAsync("schema: {gates: {}}", ["template", "shop", chart]);

        Assert.False(result.IsSuccess);
        Assert.Contains("gates", result.StandardError, StringComparison.Ordinal);
    }

    private Task<Rendering> RenderAsync(string? values = null) => Rendering.OfChartAsync(ShopExample.VendorIn(_folder), "shop", values);
}
