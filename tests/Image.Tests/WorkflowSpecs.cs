using System.Text.RegularExpressions;
using Migrator.Tooling;
using Migrator.Tooling.Packages;
using Xunit;

namespace Migrator.Image.Tests;

/// <summary>Checks that the workflows run only pinned actions and tools.</summary>
public sealed partial class WorkflowSpecs
{
    /// <summary>A tag can be moved to another image. The images that a workflow builds itself have no digest yet.</summary>
    [Fact(Timeout = 10_000)]
    public async Task Every_image_that_a_workflow_pulls_is_pinned_by_digest()
    {
        var images = (await ReadLinesAsync())
            .Select(line => ImageValue().Match(line)).Where(match => match.Success).Select(match => match.Groups["image"].Value)
            .Where(image => !image.StartsWith('$') && !image.StartsWith("\"$", StringComparison.Ordinal) && !BuiltHere().IsMatch(image))
            .ToList();

        Assert.NotEmpty(images);
        Assert.All(images, image => Assert.Matches("^[a-z0-9./-]+:[A-Za-z0-9._-]+@sha256:[0-9a-f]{64}$", image));
    }

    [Fact(Timeout = 10_000)]
    public async Task Every_action_is_pinned_to_a_commit_with_its_version_in_a_comment()
    {
        var actions = (await ReadLinesAsync()).Where(line => line.Contains(" uses: ", StringComparison.Ordinal)
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

    private static async Task<IReadOnlyList<string>> ReadLinesAsync()
    {
        var lines = new List<string>();
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.Combine(".github", "workflows")))
        {
            lines.AddRange(await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken));
        }

        return lines;
    }

    /// <summary>A key or an option that names an image.</summary>
    [GeneratedRegex(@"(?:^ +(?:- )?(?:image|container|node|node_image|\w+_IMAGE\w*): |--image[= ])(?<image>\S+)")]
    private static partial Regex ImageValue();

    [GeneratedRegex(@"^orders:\d$")]
    private static partial Regex BuiltHere();

    [GeneratedRegex(@" uses: (?<name>[\w-]+/[\w-]+)@(?<pin>[0-9a-f]{40} # v\d+\.\d+\.\d+)$")]
    private static partial Regex Pinned();
}
