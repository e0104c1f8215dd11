using System.Text.RegularExpressions;
using Migrator.Deployment.Tests.Chart.Support;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>The page of the values matches values.yaml, and the examples of the chart's pages render.</summary>
public sealed partial class ReadmeTests
{
    private const string Begin = "<!-- values: generated from values.yaml by ReadmeTests; run it with UPDATE_DOCS=1 to update the tables -->\n\n";
    private const string End = "\n\n<!-- /values -->";

    [Fact(Timeout = 60_000)]
    public void The_tables_of_values_match_values_yaml()
    {
        var path = RepositoryRoot.Combine("docs", "chart-values.md");
        var text = File.ReadAllText(path);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        var table = ValuesDocument.ToMarkdown(ValuesDocument.Read(ChartFolder.Read("values.yaml")));
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, text[..begin] + table + text[end..]);
            return;
        }

        Assert.True(
            text[begin..end] == table,
            "docs/chart-values.md does not match chart/values.yaml. Run this test with UPDATE_DOCS=1 and commit the result.");
    }

    public static TheoryData<string> Examples() =>

    [
        .. new[] { ChartFolder.Combine("README.md") }
            .Concat(Directory.GetFiles(RepositoryRoot.Combine("docs"), "chart-*.md").Order(StringComparer.Ordinal))
            .SelectMany(page => Fence().Matches(File.ReadAllText(page)))
            .Select(m => m.Groups[1].Value),
    ];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Examples))]
    public async Task An_example_of_the_readme_renders(string values) =>
        Assert.All((await Rendering.OfAsync(values)).Objects.Where(KubernetesTypes.IsKnown), KubernetesTypes.Check);

    [Fact(Timeout = 60_000)]
    public void Every_value_is_documented()
    {
        var text = ChartFolder.Read("values.yaml");
        var documented = ValuesDocument.Read(text).Select(v => v.Path).ToList();

        Assert.All(ValuesDocument.Leaves(Yaml.Parse(text)), leaf => Assert.Contains(
            documented, path => leaf == path || leaf.StartsWith(path + ".", StringComparison.Ordinal)));
        Assert.All(ValuesDocument.Read(text), v => Assert.Matches("[.…]$", v.Description));
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
