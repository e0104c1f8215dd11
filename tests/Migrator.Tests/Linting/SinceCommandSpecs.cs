using System.Text.RegularExpressions;
using CliWrap.Buffered;
using Migrator.Tests.Support;
using Migrator.Tooling;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Linting;

/// <summary>The commands of <c>docs/lint.md</c> that find the newest version of the target branch.</summary>
public sealed partial class SinceCommandSpecs
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData("1.10", "V1_2__x.sql", "V1_9__y.sql", "V1_10__create__V99__z.sql", "R__x.sql", "U2__x.sql", "V3__notes.txt")]
    [InlineData("10", "V9__x.sql", "v10__x.sql", "old/V2__x.sql")]
    [InlineData("20250102.1", "V20250102__x.sql", "V20250102.1__ä.sql")]
    [InlineData("", "readme.md")]
    public async Task The_command_prints_the_newest_version_of_the_branch(string version, params string[] files)
    {
        using var folder = new ScriptFolder();
        foreach (var file in files)
        {
            folder[$"migrations/{file}"] = "SELECT 1;";
        }

        var since = (await RunAsync(folder, $"""
            git init -q -b main . && git add . && git -c user.name=x -c user.email=x@example.com commit -q -m x
            git update-ref refs/remotes/origin/main HEAD
            {Command()}
            """)).Trim();

        Assert.Equal(version, since);
        Assert.True(version.Length == 0 || Migrator.Scripts.ScriptVersion.TryParse(since, out _, out _));
    }

    [Fact]
    public void The_examples_for_pipelines_use_the_same_command()
    {
        var filters = Filter().Matches(Document()).Select(m => m.Value).ToList();

        Assert.Equal(3, filters.Count);
        Assert.Single(filters.Distinct());
    }

    private static string Document() => File.ReadAllText(RepositoryRoot.Combine("docs", "lint.md"));

    private static string Command() => Document().Split('\n').First(line => line.StartsWith("git -c core.quotePath", StringComparison.Ordinal));

    private static async Task<string> RunAsync(ScriptFolder folder, string script)
        => (await Guarded.Command("bash", "-ec", script).WithWorkingDirectory(folder.Path).ExecuteBufferedAsync(TestContext.Current.CancellationToken)).StandardOutput;

    [GeneratedRegex(@"-- migrations \| sed .*? \| tail -n 1")]
    private static partial Regex Filter();
}
