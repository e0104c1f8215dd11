using System.Text.RegularExpressions;
using Migrator.Tooling;
using Migrator.Tooling.Packages;
using Xunit;

namespace Migrator.Image.Tests;

/// <summary>Checks that the workflows run only pinned actions and tools.</summary>
public sealed partial class WorkflowSpecs
{
    [Fact(Timeout = 10_000)]
    public async Task Every_action_is_pinned_to_a_commit_with_its_version_in_a_comment()
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
        // Each action is used in only one version.
        Assert.All(
            actions.Select(line => Pinned().Match(line).Groups).GroupBy(action => action["name"].Value),
            uses => Assert.Single(uses.Select(action => action["pin"].Value).Distinct()));
    }

    [Fact(Timeout = 10_000)]
    public async Task The_workflows_use_the_helm_packages_of_the_tests()
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
