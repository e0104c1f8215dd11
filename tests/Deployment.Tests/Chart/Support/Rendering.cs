using Xunit;
using YamlDotNet.RepresentationModel;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>What the chart makes of some values: the same on both helms, or the test has failed.</summary>
internal sealed class Rendering
{
    /// <summary>The values that every rendering starts from.</summary>
    public const string Minimal = """
        image: {repository: registry.example.com/orders, tag: v1}
        database: {existingSecret: orders-database}

        """;

    private Rendering(IReadOnlyList<Manifest> objects) => Objects = objects;

    public IReadOnlyList<Manifest> Objects { get; }

    public IEnumerable<Manifest> Hooks => Objects.Where(o => o.IsHook && o.Annotation("helm.sh/hook") != "test");

    public Manifest Job => Single("Job");

    public Manifest Deployment => Single("Deployment");

    /// <summary>Renders the release <c>orders</c> with values beside <see cref="Minimal"/>, which they may override.</summary>
    public static Task<Rendering> OfAsync(string values = "", params string[] arguments) =>
        OfChartAsync(ChartFolder.Path, "orders", Yaml.Merge(Minimal, values), arguments);

    /// <summary>Renders a chart with these values alone.</summary>
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

    /// <summary>The object of a kind that there is exactly one of, with that name if one is given.</summary>
    public Manifest Single(string kind, string? name = null) =>
        Assert.Single(Objects, o => o.Kind == kind && (name is null || o.Name == name));

    /// <summary>Objects that one of the two does not have, or has differently, as sorted <c>Kind/name</c>.</summary>
    public IReadOnlyList<string> DifferencesFrom(Rendering other)
    {
        var mine = Objects.ToLookup(o => o.ToString(), o => o.Source);
        var others = other.Objects.ToLookup(o => o.ToString(), o => o.Source);
        return [.. mine.Select(o => o.Key).Union(others.Select(o => o.Key))
            .Where(name => !mine[name].SequenceEqual(others[name]))
            .Order(StringComparer.Ordinal)];
    }

    // Split as Spinnaker splits. Helm puts an empty line here and there, other ones in 3 and 4.
    private static List<Manifest> Read(string output) =>
        [.. ("\n" + output).Split("\n---\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => (Text: text, Root: Yaml.Parse(text)))
            .Where(document => document.Root is YamlMappingNode)
            .Select(document => new Manifest(document.Text, (YamlMappingNode)document.Root!))];
}
