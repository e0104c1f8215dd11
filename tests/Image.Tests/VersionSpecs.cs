using System.Text.RegularExpressions;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Image.Tests;

/// <summary>
/// Checks that executable, image and chart have the same version, and that a release sets it from its tag.
/// </summary>
public sealed class VersionSpecs
{
    private const string Tag = @"\$\{\{ needs\.version\.outputs\.version \}\}";

    [Fact(Timeout = 10_000)]
    public async Task Executable_image_and_chart_have_the_same_default_version()
    {
        var binary = await FindAsync("Directory.Build.props", "<VersionPrefix>(.*)</VersionPrefix>");
        var image = await FindAsync("Dockerfile", @"^ARG VERSION=(\S+)$");
        var chart = await FindAsync("chart/Chart.yaml", @"^version: (\S+)$");

        Assert.Single(binary.Concat(image).Concat(chart).Distinct());
    }

    [Fact(Timeout = 10_000)]
    public async Task The_chart_has_no_appVersion()
    {
        var chart = await File.ReadAllTextAsync(
            RepositoryRoot.Combine("chart", "Chart.yaml"), TestContext.Current.CancellationToken);

        // The application belongs to the user. `helm list` would show our version as the application's version.
        Assert.DoesNotMatch("(?m)^appVersion:", chart);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("the tag of the image", "tags: .*:" + Tag)]
    [InlineData("the executable, and the image's label", "^ +VERSION=" + Tag)]
    [InlineData("the chart", "^ +VERSION: " + Tag)]
    [InlineData("the chart, as helm gets it", @"package chart --version ""\$VERSION""")]
    public async Task A_release_sets_the_version_from_its_tag(string what, string pattern)
    {
        var found = await FindAsync(".github/workflows/release.yml", $"({pattern})");

        Assert.True(found.Count == 1, what);
    }

    private static async Task<IReadOnlyList<string>> FindAsync(string file, string pattern)
    {
        var text = await File.ReadAllTextAsync(RepositoryRoot.Combine(file), TestContext.Current.CancellationToken);
        var found = Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(found);
        return found;
    }
}
