using System.Text.RegularExpressions;
using Migrator.Tests.Language;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Tests;

/// <summary>The command, the image and the chart have one version. The files that repeat it must be changed together.</summary>
public sealed class VersionLiteralTests
{
    private const int Limit = 60_000;

    /// <summary>Files that contain the version, and where.</summary>
    private static readonly (string File, string Pattern)[] Literals =
    [
        ("Directory.Build.props", "<VersionPrefix>(.+)</VersionPrefix>"),
        ("Dockerfile", @"^ARG VERSION=(\S+)$"),
        ("chart/Chart.yaml", @"^version: (\S+)$"),
        ("chart/Chart.yaml", @"^appVersion: ""(\S+)""$"),
        ("chart/README.md", @"migrator, tag: (\d[^}]*)\}"),
        ("chart/ci/inline-values.yaml", @"^    tag: (\S+)$"),
        ("chart/examples/shop/Chart.yaml", @"^    version: (\S+)$"),
        ("spinnaker/README.md", @"`migrator`\W+(\d+\.\d+\.\d+)"),
        ("spinnaker/pipelines/contract.json", @"""version"": ""(\d[^""]*)"""),
        ("spinnaker/pipelines/migrate-then-deploy.json", @"""version"": ""(\d[^""]*)"""),
        ("spinnaker/pipelines/migrate-with-run-job.json", @"""version"": ""(\d[^""]*)"""),
        ("spinnaker/pipelines/rollback.json", @"""version"": ""(\d[^""]*)"""),
        ("spinnaker/template/migrate-then-deploy.json", @"""chartVersion"",.*""defaultValue"": ""([^""]*)"""),
        ("tests/Deployment.Tests/Chart/DependencyTests.cs", "name: migrator, version: ([^,]+),"),
    ];

    /// <summary>Files in which the same text is another version.</summary>
    private static readonly string[] Others =
    [
        "tests/LocalCluster.Tests/charts/tiny/Chart.yaml",
        "tests/LocalCluster.Tests/charts/typo/Chart.yaml",
    ];

    private static string Version { get; } =
        Regex.Match(File.ReadAllText(RepositoryRoot.Combine("Directory.Build.props")), "<VersionPrefix>(.+)</VersionPrefix>").Groups[1].Value;

    public static TheoryData<string, string> Cases => [.. Literals];

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Cases))]
    public async Task A_file_repeats_the_version_of_the_build(string file, string pattern)
    {
        string text = await File.ReadAllTextAsync(RepositoryRoot.Combine(file), TestContext.Current.CancellationToken);

        var found = Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(found);
        Assert.All(found, version => Assert.Equal(Version, version));
    }

    [Fact(Timeout = Limit)]
    public async Task Every_file_that_contains_the_version_is_checked()
    {
        var word = new Regex($@"(?<![\d.]){Regex.Escape(Version)}(?![\d.])");

        var found = (await TrackedFiles.ReadAsync())
            .Where(file => file.Path != "CHANGELOG.md" && word.IsMatch(file.Text)).Select(file => file.Path);

        Assert.Empty(found.Except(Literals.Select(literal => literal.File)).Except(Others));
    }
}
