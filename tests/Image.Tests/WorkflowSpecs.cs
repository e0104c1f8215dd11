using System.Text.RegularExpressions;
using Migrator.Tooling;
using Migrator.Tooling.Packages;
using Xunit;

namespace Migrator.Image.Tests;

/// <summary>What the workflows run: only what cannot change behind their back.</summary>
public sealed partial class WorkflowSpecs
{
    [Fact(Timeout = 10_000)]
    public async Task Every_action_is_pinned_to_a_commit_whose_version_stands_beside_it()
    {
        var lines = new List<string>();
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.Combine(".github", "workflows")))
        {
            lines.AddRange(await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken));
        }

        var actions = lines.Where(line => line.Contains(" uses: ", StringComparison.Ordinal)
            && !line.Contains(" uses: ./", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(actions);
        Assert.All(actions, line => Assert.Matches(Pinned(), line));
        // One version of each.
        Assert.All(
            actions.Select(line => Pinned().Match(line).Groups).GroupBy(action => action["name"].Value),
            uses => Assert.Single(uses.Select(action => action["pin"].Value).Distinct()));
    }

    [Fact(Timeout = 10_000)]
    public async Task Their_helm_is_the_one_of_the_tests()
    {
        var script = await File.ReadAllTextAsync(RepositoryRoot.Combine(".ci", "helm"), TestContext.Current.CancellationToken);

        Assert.All(
            [PinnedPackages.Kubectl33, PinnedPackages.Kubectl36],
            package =>
            {
                Assert.Contains($"package={package.Name}@{package.Version}\n", script, StringComparison.Ordinal);
                Assert.Contains($"integrity={package.Integrity} ", script, StringComparison.Ordinal);
            });
    }

    [GeneratedRegex(@" uses: (?<name>[\w-]+/[\w-]+)@(?<pin>[0-9a-f]{40} # v\d+\.\d+\.\d+)$")]
    private static partial Regex Pinned();
}
