using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.Rehearsal.Execution;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>Tests of the pipeline with Run Job (Manifest).</summary>
public sealed class RunJobTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task The_job_runs_before_the_deployment_and_a_failure_shows_the_reason()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateWithRunJob);
        Assert.Equal(ExecutionStatus.Succeeded, (await orders.PushAsync(2)).Status);
        Assert.Equal(orders.Image(2), await orders.DeployedImageAsync());
        await orders.InsertDuplicatesAsync();

        var execution = await orders.PushAsync(3);

        Assert.Equal(ExecutionStatus.Terminal, execution.Status);
        Assert.Equal(ExecutionStatus.NotStarted, execution.Stage("Deploy").Status);
        var reason = execution.Stage("Migrate").Error;
        Assert.Contains("Job: 'orders-migrate-", reason, StringComparison.Ordinal);
        Assert.Contains("exited with code: 1.", reason, StringComparison.Ordinal);
        // migrate wrote this to the pod's termination message.
        Assert.Contains("V10__sign_in_by_email.sql", reason, StringComparison.Ordinal);
        Assert.Equal(orders.Image(2), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Deploying_the_same_tag_again_reruns_its_job()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateWithRunJob);
        await orders.PushAsync(1);
        var first = (await orders.JobAsync()).Metadata.Uid;

        var execution = await orders.PushAsync(1);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.NotEqual(first, (await orders.JobAsync()).Metadata.Uid);
    }

    [Fact(Timeout = Limit)]
    public async Task Run_Job_rejects_a_manifest_with_a_job_and_a_config_map()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateWithRunJob, p => p.UseInlineScript("SELECT 1"));

        var execution = await orders.PushAsync(1);

        Assert.Equal(ExecutionStatus.Terminal, execution.Status);
        Assert.Equal("Run Job only supports manifests with a single Job.", execution.Stage("Migrate").Error);
        Assert.Null(await orders.DeployedImageAsync());
    }
}
