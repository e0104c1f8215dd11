using CliWrap;
using CliWrap.Buffered;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.Rehearsal;
using Migrator.Tooling;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>The rehearsal as a person calls it.</summary>
public sealed class CommandLineTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    // With E2E_KUBECONFIG nobody has made the stand-in's images before.
    private const int Limit = 600_000;
    private const string MigrateThenDeploy = "spinnaker/pipelines/migrate-then-deploy.json";
    private const string Rollback = "spinnaker/pipelines/rollback.json";

    [Fact(Timeout = Limit)]
    public async Task It_shows_the_whole_story_stage_by_stage()
    {
        Assert.NotEmpty(cluster.Cluster.KubeconfigPath);

        var result = await RunAsync(
            MigrateThenDeploy, Rollback, "--tag", "v1", "--tag", "v2", "--tag", "v3", "--fail-third",
            "--start", "Roll back", "--parameter", "undoSchema=yes", "--set", "app.replicas=1");

        var ends = result.StandardOutput.Split('\n').Where(l => l.StartsWith('#')).ToList();
        Assert.Equal(
            [
                "#1 Migrate, then deploy: SUCCEEDED", "#2 Migrate, then deploy: SUCCEEDED", "#3 Migrate, then deploy: TERMINAL",
                "#4 Roll back: SUCCEEDED", "#5 Roll back: SUCCEEDED",
            ],
            ends);
        Assert.Contains("--set phase=migrate,image.repository=quay.io/example/orders,image.tag=v1,app.replicas=1", result.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task It_rehearses_a_configuration_of_a_template()
    {
        var result = await RunAsync("spinnaker/template/orders.json", "--template", "spinnaker/template/migrate-then-deploy.json");

        Assert.Contains("#1 Migrate, then deploy: SUCCEEDED", result.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task Somebody_who_starts_it_is_asked_and_may_stop_it()
    {
        var result = await RunAsync(MigrateThenDeploy, "--start", "Migrate, then deploy", "--parameter", "askFirst=yes", "--stop-at-judgment");

        Assert.Contains("asks: Migrate the database of shop and deploy quay.io/example/orders:v1?", result.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("  NOT_STARTED     Migrate", result.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task All_pipelines_of_this_repository_pass_its_check()
    {
        var result = await RunAsync(
            MigrateThenDeploy, "spinnaker/pipelines/migrate-with-run-job.json", Rollback, "--check");

        Assert.Equal(("", 0), (result.StandardError, result.ExitCode));
    }

    [Fact(Timeout = Limit)]
    public async Task A_wrong_pipeline_is_refused_before_anything_runs()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "pipeline.json");
        var text = await File.ReadAllTextAsync(RepositoryRoot.Combine(MigrateThenDeploy), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, text.Replace("\"requisiteStageRefIds\": [\"4\"]", "\"requisiteStageRefIds\": [\"2\"]", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var result = await RunAsync(path);

        Assert.Contains("Stage Deploy (5) deploys the application, but does not depend on a stage that migrates", result.StandardError, StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
    }

    [Theory(Timeout = Limit)]
    [InlineData("--tagg v1", "--tagg")]
    [InlineData("--set phase", "'phase' is no NAME=VALUE.")]
    [InlineData(MigrateThenDeploy, "Two of these are the pipeline 'Migrate, then deploy' of orders")]
    [InlineData("spinnaker/template/orders.json", "name the template's file with --template")]
    [InlineData("nowhere.json", "nowhere.json")]
    [InlineData("--start Nobody", "There is no pipeline 'Nobody'.")]
    public async Task A_wrong_command_line_is_told(string arguments, string sentence)
    {
        var result = await RunAsync([MigrateThenDeploy, .. arguments.Split(' ')]);

        Assert.Contains(sentence, result.StandardError, StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
    }

    private static Task<BufferedCommandResult> RunAsync(params string[] arguments) =>
        Cli.Wrap("dotnet")
            .WithArguments([typeof(SpinnakerRehearsal).Assembly.Location, .. arguments])
            .WithWorkingDirectory(RepositoryRoot.Path)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken)
            .Task;
}
