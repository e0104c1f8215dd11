using CliWrap;
using CliWrap.Buffered;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.Rehearsal;
using Migrator.Tooling;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>Tests of the rehearsal's command line.</summary>
public sealed class CommandLineTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    // With E2E_KUBECONFIG, these tests are the first to build the images of the local cluster, which takes minutes.
    private const int Limit = 600_000;
    private const string MigrateThenDeploy = "spinnaker/pipelines/migrate-then-deploy.json";
    private const string Run = "dotnet run --project tests/Rehearsal --";

    private static readonly string s_program = typeof(SpinnakerRehearsal).Assembly.Location;

    public static TheoryData<string> ReadmeCommands => [.. ReadCommands()];

    [Theory(Timeout = Limit)]
    [MemberData(nameof(ReadmeCommands))]
    public async Task Each_command_in_the_readme_has_the_documented_result(string command)
    {
        Assert.NotEmpty(cluster.Cluster.KubeconfigPath);
        var result = await ShellAsync(command.Replace(Run, $"exec dotnet {s_program}", StringComparison.Ordinal));

        var executions = result.StandardOutput.Split('\n').Where(l => l.StartsWith('#')).ToList();
        if (!command.Contains("--fail-third", StringComparison.Ordinal))
        {
            Assert.Equal(0, result.ExitCode);
            Assert.All(executions, e => Assert.EndsWith("SUCCEEDED", e, StringComparison.Ordinal));
            return;
        }

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            [
                "#1 Migrate, then deploy: SUCCEEDED", "#2 Migrate, then deploy: SUCCEEDED", "#3 Migrate, then deploy: TERMINAL",
                "#4 Roll back: SUCCEEDED", "#5 Roll back: SUCCEEDED",
            ],
            executions);
        Assert.Contains("  SUCCEEDED       Undo the schema", result.StandardOutput, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Overrides_of_the_command_line_are_passed_to_helm()
    {
        var result = await RunAsync(MigrateThenDeploy, "--set", "app.replicas=0", "--stop-at-judgment", "--start", "Migrate, then deploy", "--parameter", "requireApproval=yes");

        Assert.Contains(
            "--namespace shop --set phase=migrate,migration.ahead=fail,migration.contract.run=manual,image.repository=quay.io/example/orders,image.tag=v1,app.replicas=0 --values",
            result.StandardOutput,
            StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_pipeline_runs_on_an_existing_cluster()
    {
        await using var orders = await Orders.StartAsync(cluster);
        var pipeline = orders.Save(PipelineFiles.MigrateThenDeploy, p => p.Json["stages"]!.AsArray().Remove(p.Stage("Smoke test")));
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "pipeline.json");
        await File.WriteAllTextAsync(path, pipeline.Json.ToJsonString(), TestContext.Current.CancellationToken);
        string[] context = cluster.Cluster.Context is { } name ? ["--context", name] : [];

        var result = await RunAsync([path, "--kubeconfig", cluster.Cluster.KubeconfigPath, .. context, "--tag", "v2"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(orders.Image(2), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Racing_tags_do_not_wait_for_each_other()
    {
        var pipeline = PipelineFiles.Load(PipelineFiles.MigrateThenDeploy);
        foreach (var later in new List<string> { "Find what runs now", "Deploy", "Smoke test" })
        {
            pipeline.Json["stages"]!.AsArray().Remove(pipeline.Stage(later));
        }

        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "pipeline.json");
        await File.WriteAllTextAsync(path, pipeline.Json.ToJsonString(), TestContext.Current.CancellationToken);

        var result = await RunAsync(path, "--racing", "--tag", "v1", "--tag", "v2");

        Assert.Contains(": started by docker, tag v1", result.StandardOutput, StringComparison.Ordinal);
        Assert.Contains(": started by docker, tag v2", result.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("limitConcurrent", result.StandardOutput, StringComparison.Ordinal);
        var lastStart = result.StandardOutput.LastIndexOf(": started by docker", StringComparison.Ordinal);
        Assert.DoesNotContain("SUCCEEDED", result.StandardOutput[..lastStart], StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_manual_judgment_can_stop_the_pipeline()
    {
        var result = await RunAsync(MigrateThenDeploy, "--start", "Migrate, then deploy", "--parameter", "requireApproval=yes", "--stop-at-judgment");

        Assert.Contains("waiting for approval: Migrate the database in namespace shop and deploy quay.io/example/orders:v1?", result.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("  NOT_STARTED     Migrate", result.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task An_invalid_pipeline_is_rejected_before_any_stage_runs()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "pipeline.json");
        var text = await File.ReadAllTextAsync(RepositoryRoot.Combine(MigrateThenDeploy), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, text.Replace("\"requisiteStageRefIds\": [\"4\"]", "\"requisiteStageRefIds\": [\"2\"]", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var result = await RunAsync(path);

        Assert.Contains("Stage Deploy (5) deploys the application, but does not depend on a stage that migrates", result.StandardError, StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task A_warning_does_not_fail_the_check()
    {
        var pipeline = PipelineFiles.Load(PipelineFiles.MigrateThenDeploy);
        pipeline.Stage("Migrate").Remove("requiredArtifactIds");
        pipeline.Stage("Migrate")["enableArtifactBinding"] = false;
        pipeline.Stage("Deploy").Remove("requiredArtifactIds");
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "pipeline.json");
        await File.WriteAllTextAsync(path, pipeline.Json.ToJsonString(), TestContext.Current.CancellationToken);

        var result = await RunAsync(path, "--check");

        Assert.Contains("Migrate, then deploy: warning: Stage Deploy (5): Spinnaker replaces an image", result.StandardError, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Theory(Timeout = Limit)]
    [InlineData("--tagg v1", "--tagg")]
    [InlineData("--racing --fail-third", "--fail-third needs an order of the tags. Use it without --racing.")]
    [InlineData("--set phase", "'phase' is not of the form NAME=VALUE.")]
    [InlineData(MigrateThenDeploy, "Two files define the pipeline 'Migrate, then deploy' of orders")]
    [InlineData("spinnaker/template/orders.json", "Pass the template's file with --template")]
    [InlineData("nowhere.json", "nowhere.json")]
    [InlineData("--start Unknown", "There is no pipeline 'Unknown'.")]
    public async Task An_invalid_command_line_is_reported(string arguments, string message)
    {
        var result = await RunAsync([MigrateThenDeploy, .. arguments.Split(' ')]);

        Assert.Contains(message, result.StandardError, StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
    }

    private static Task<BufferedCommandResult> RunAsync(params string[] arguments) => RunAsync("dotnet", [s_program, .. arguments]);

    private static Task<BufferedCommandResult> ShellAsync(string command) => RunAsync("/bin/sh", ["-c", command]);

    private static Task<BufferedCommandResult> RunAsync(string program, string[] arguments) =>
        Guarded.Command(program, arguments)
            .WithWorkingDirectory(RepositoryRoot.Path)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken)
            .Task;

    private static IEnumerable<string> ReadCommands() =>
        File.ReadAllText(RepositoryRoot.Combine("spinnaker", "README.md")).Replace("\\\n", "", StringComparison.Ordinal)
            .Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith(Run, StringComparison.Ordinal));
}
