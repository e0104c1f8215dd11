using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Image.Tests;

/// <summary>Checks what the release workflow is allowed to do, and from which commits it releases.</summary>
public sealed partial class ReleaseSpecs
{
    private const int Limit = 30_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Each_job_names_its_permissions_and_the_jobs_that_publish_run_in_the_release_environment()
    {
        var jobs = await JobsAsync();

        Assert.Equal(["chart", "ci", "image", "repository", "version"], jobs.Keys.Order(StringComparer.Ordinal));
        // Only the job that creates the release may write to the repository.
        Assert.All(jobs, job => Assert.Equal(job.Key != "repository", job.Value.Contains("\n    permissions:\n      contents: read\n", StringComparison.Ordinal)));
        Assert.Equal(
            ["chart", "image", "repository"],
            jobs.Where(job => job.Value.Contains(": write\n", StringComparison.Ordinal)).Select(job => job.Key).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["chart", "image", "repository"],
            jobs.Where(job => job.Value.Contains("\n    environment: release\n", StringComparison.Ordinal)).Select(job => job.Key).Order(StringComparer.Ordinal));
        Assert.Matches(@"(?m)^permissions: \{\}$", await ReadAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Every_other_job_waits_for_the_check_of_the_commit()
    {
        var jobs = await JobsAsync();

        Assert.Contains("merge-base", jobs["version"], StringComparison.Ordinal);
        Assert.Contains("\n          fetch-depth: 0\n", jobs["version"], StringComparison.Ordinal);
        Assert.All(jobs.Where(job => job.Key != "version"), job => Assert.Matches(@"\n    needs: (\[version[,\]]|version\n)", job.Value));
    }

    [Theory(Timeout = Limit)]
    [InlineData("main", true)]
    [InlineData("main~1", true)]
    [InlineData("feature", false)]
    public async Task A_tag_is_released_only_if_its_commit_is_on_main(string commit, bool isReleased)
    {
        var script = CheckOfCommit().Match(await ReadAsync()).Groups["script"].Value;
        using var repository = new TempFolder();
        await RunAsync("""
            git init --quiet --initial-branch=main
            git config user.name test
            git config user.email test@example.com
            git commit --quiet --allow-empty --message=1
            git commit --quiet --allow-empty --message=2
            git branch feature main
            git update-ref refs/remotes/origin/main main
            git checkout --quiet feature
            git commit --quiet --allow-empty --message=3
            """);

        var check = await RunAsync($"GITHUB_REF_NAME=v1.2.3 GITHUB_SHA=$(git rev-parse {commit})\n{script}", isCheck: true);

        Assert.True(check.IsSuccess == isReleased, check.StandardOutput + check.StandardError);
        Assert.Equal(!isReleased, check.StandardOutput.Contains("::error::The commit of the tag v1.2.3 is not on main.", StringComparison.Ordinal));

        async Task<BufferedCommandResult> RunAsync(string text, bool isCheck = false) =>
            await Guarded.Command("bash", "-euo", "pipefail", "-c", text)
                .WithWorkingDirectory(repository.Path)
                .WithValidation(isCheck ? CommandResultValidation.None : CommandResultValidation.ZeroExitCode)
                .ExecuteBufferedAsync(Cancel);
    }

    private static Task<string> ReadAsync() => File.ReadAllTextAsync(RepositoryRoot.Combine(".github", "workflows", "release.yml"), Cancel);

    /// <summary>Returns the text of each job by its name.</summary>
    private static async Task<Dictionary<string, string>> JobsAsync()
    {
        var text = await ReadAsync();
        return Job().Matches(text[text.IndexOf("\njobs:\n", StringComparison.Ordinal)..])
            .ToDictionary(job => job.Groups["name"].Value, job => job.Value + "\n");
    }

    [GeneratedRegex(@"^  (?<name>\w+):\n(?:(?:   .*)?\n)*", RegexOptions.Multiline)]
    private static partial Regex Job();

    [GeneratedRegex(@"name: check that the commit of the tag is on main\n +run: \|\n(?<script>(?: {10}.*\n)+)")]
    private static partial Regex CheckOfCommit();
}
