using Xunit;
using YamlDotNet.RepresentationModel;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>The objects that the chart renders from some values. The test fails if the two Helm versions render different objects.</summary>
internal sealed class Rendering
{
    /// <summary>The minimal values with which the chart renders.</summary>
    public const string Minimal = """
        image: {repository: registry.example.com/orders, tag: v1}
        database: {existingSecret: orders-database}

        """;

    private Rendering(IReadOnlyList<Manifest> objects) => Objects = objects;

    public IReadOnlyList<Manifest> Objects { get; }

    public IEnumerable<Manifest> Hooks => Objects.Where(o => o.IsHook && o.Annotation("helm.sh/hook") != "test");

    public Manifest Job => Single("Job");

    public Manifest Deployment => Single("Deployment");

    /// <summary>Renders the release <c>orders</c> with <see cref="Minimal"/> and other values, which take precedence.</summary>
    public static Task<Rendering> OfAsync(string values = "", params string[] arguments) =>
        OfChartAsync(ChartFolder.Path, "orders", Yaml.Merge(Minimal, values), arguments);

    /// <summary>Renders a chart with only these values.</summary>
    public static async Task<Rendering> OfChartAsync(string chart, string release, string? values, params string[] arguments)
    {
        var results = await Task.WhenAll(HelmCli.Both.Select(async helm =>
        {
            var result = await helm.RunAsync(values, ["template", release, chart, .. arguments]);
            Assert.True(result.IsSuccess, $"{helm.Name}: {result.StandardError}");
            return Read(result.StandardOutput);
        }));
        Assert.Equal(results[0].Select(o => o.Source).Order(), results[1].Select(o => o.Source).Order());
        return new Rendering(results[0]);
    }

    /// <summary>Returns the only object of a kind, or the only one with this name.</summary>
    public Manifest Single(string kind, string? name = null) =>
        Assert.Single(Objects, o => o.Kind == kind && (name is null || o.Name == name));

    /// <summary>Returns the objects that differ or exist in only one of the two renderings, as sorted <c>Kind/name</c>.</summary>
    public IReadOnlyList<string> DifferencesFrom(Rendering other)
    {
        var mine = Objects.ToLookup(o => o.ToString(), o => o.Source);
        var others = other.Objects.ToLookup(o => o.ToString(), o => o.Source);
        return [.. mine.Select(o => o.Key).Union(others.Select(o => o.Key))
            .Where(name => !mine[name].SequenceEqual(others[name]))
            .Order(StringComparer.Ordinal)];
    }

    // Splits documents as Spinnaker does. Helm 3 and Helm 4 print different empty lines, which are trimmed.
    private static List<Manifest> Read(string output) =>
        [.. ("\n" + output).Split("\n---\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => (Text: text, Root: Yaml.Parse(text)))
            .Where(document => document.Root is YamlMappingNode)
            .Select(document => new Manifest(document.Text, (YamlMappingNode)document.Root!))];
}
