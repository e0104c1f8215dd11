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

    [Theory(Timeout = 10_000)]
    [InlineData("the tag of the image", "tags: .*:" + Tag)]
    [InlineData("the executable, and the image's label", "^ +VERSION=" + Tag)]
    [InlineData("the chart, and the release with the index of the Helm repository", "^ +VERSION: " + Tag, 2)]
    [InlineData("the chart, as helm gets it", @"package chart --version ""\$VERSION""")]
    [InlineData("the version of migrate in the chart", @"package chart .*--app-version ""\$VERSION""")]
    public async Task A_release_sets_the_version_from_its_tag(string what, string pattern, int count = 1)
    {
        var found = await FindAsync(".github/workflows/release.yml", $"({pattern})");

        Assert.True(found.Count == count, what);
    }

    private static async Task<IReadOnlyList<string>> FindAsync(string file, string pattern)
    {
        var text = await File.ReadAllTextAsync(RepositoryRoot.Combine(file), TestContext.Current.CancellationToken);
        var found = Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(found);
        return found;
    }
}
