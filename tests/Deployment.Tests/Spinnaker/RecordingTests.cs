using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.EndToEnd;
using Migrator.LocalCluster;
using Migrator.Rehearsal.Templates;
using Migrator.Rehearsal.Triggers;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>
/// Runs the situations that were recorded with a real Spinnaker (<c>Recordings/README.md</c>) in the rehearsal, and compares.
/// </summary>
public sealed class RecordingTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 180_000;
    private const string RollBack = "Roll back";

    [Fact(Timeout = Limit)]
    public async Task Deployments_a_failed_migration_and_a_rollback_by_hand_run_as_recorded()
    {
        await using var orders = await StartRecordedAsync();

        Recording.Load(1).AssertSame(await orders.PushAsync(1), orders);
        Recording.Load(2).AssertSame(await orders.PushAsync(2), orders);
        await orders.InsertDuplicatesAsync();
        var failed = await orders.PushAsync(3);
        Recording.Load(3).AssertSame(failed, orders);
        Recording.Load(5).AssertSame(await orders.StartedByAsync(failed), orders);
        Recording.Load(6).AssertSame(await orders.StartAsync(RollBack, UndoSchema()), orders);
    }

    [Fact(Timeout = Limit)]
    public async Task A_migration_that_fails_in_Run_Job_fails_as_recorded()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.LoadRecorded(PipelineFiles.MigrateWithRunJob));
        await orders.PushAsync(2);
        await orders.InsertDuplicatesAsync();

        Recording.Load(4).AssertSame(await orders.PushAsync(3), orders);
    }

    [Fact(Timeout = Limit)]
    public async Task A_failed_deployment_and_its_rollbacks_run_as_recorded()
    {
        await using var orders = await StartRecordedAsync();
        await orders.PushAsync(1);
        orders.Save(PipelineFiles.LoadRecorded(PipelineFiles.MigrateThenDeploy), p => p.MakeDeploymentNeverReady());
        var tags = Tags(("v14", "v2"));

        var failed = await orders.PushAsync(2);

        Recording.Load(7).AssertSame(failed, orders, tags);
        Recording.Load(8).AssertSame(await orders.StartedByAsync(failed), orders);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
        // Kubernetes counts revisions that failed, too. So the second rollback deploys the failed version again.
        Recording.Load(9).AssertSame(await orders.StartAsync(RollBack, UndoSchema()), orders);
        Assert.Equal(orders.Image(2), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_pipeline_of_the_template_runs_as_recorded()
    {
        await using var orders = await Orders.StartAsync(cluster);
        var template = PipelineTemplate.Load(Path.Combine(Recording.Folder, "pipelines", "template.json"));
        orders.Save(template.Plan(PipelineFiles.LoadRecorded("template-configuration")), p =>
        {
            // The template computes this value from its variables. The images of the local cluster have no registry.
            p.Override("Bake migration", "image.repository", orders.Repository);
            p.Override("Bake application", "image.repository", orders.Repository);
        });

        Recording.Load(10).AssertSame(await orders.PushAsync(1), orders, Tags(("t4", "v1")));
    }

    [Fact(Timeout = Limit)]
    public async Task A_first_deployment_that_fails_and_its_rollback_run_as_recorded()
    {
        await using var orders = await StartRecordedAsync();
        orders.Save(PipelineFiles.LoadRecorded(PipelineFiles.MigrateThenDeploy), p => p.MakeDeploymentNeverReady());

        var failed = await orders.PushAsync(1);
        var rollback = await orders.StartedByAsync(failed);

        Recording.Load(11).AssertSame(failed, orders, Tags(("v4", "v1")));
        Recording.Load(12).AssertSame(rollback, orders);
        Assert.Equal("There are 1 revision(s) in total, cannot rollback 1", rollback.Stage("Undo the rollout").Error);
    }

    [Fact(Timeout = Limit)]
    public async Task The_rollback_to_a_version_runs_as_recorded()
    {
        await using var orders = await StartCurrentAsync();
        await orders.PushAsync(1);
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.MakeDeploymentNeverReady());
        var tags = Tags(("v37", "v1"));

        var rollback = await orders.StartedByAsync(await orders.PushAsync(2));

        Recording.Load(13).AssertSame(rollback, orders, tags, isSamePipeline: false);
        Recording.Load(14).AssertSame(await orders.StartAsync(RollBack, UndoSchema()), orders, tags, isSamePipeline: false);
    }

    [Fact(Timeout = Limit)]
    public async Task A_rollback_with_artifact_binding_deploys_the_failed_version_as_recorded()
    {
        await using var orders = await StartCurrentAsync();
        await orders.PushAsync(1);
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.MakeDeploymentNeverReady());
        orders.Save(PipelineFiles.Rollback, p =>
        {
            p.Stage("Deploy the old version").Remove("enableArtifactBinding");
            p.MakeDeploymentNeverReady("Bake the old version");
        });

        var rollback = await orders.StartedByAsync(await orders.PushAsync(2));

        Recording.Load(15).AssertSame(rollback, orders, Tags(("v35", "v1"), ("v36", "v2")), isSamePipeline: false);
    }

    [Fact(Timeout = Limit)]
    public async Task The_rollback_after_a_first_deployment_that_failed_runs_as_recorded()
    {
        await using var orders = await StartCurrentAsync();
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.MakeDeploymentNeverReady());

        var rollback = await orders.StartedByAsync(await orders.PushAsync(1));

        Recording.Load(20).AssertSame(rollback, orders, isSamePipeline: false);
    }

    [Theory(Timeout = Limit)]
    [InlineData(16, "indexed-ok", false)]
    [InlineData(17, "indexed-ok-r", true)]
    [InlineData(18, "indexed-one-fails", false)]
    [InlineData(19, "indexed-one-fails-r", true)]
    public async Task An_indexed_job_runs_as_recorded(int recording, string job, bool isRunJob)
    {
        await using var orders = await Orders.StartAsync(cluster);
        if (cluster.Cluster is LocalE2ECluster local)
        {
            local.Cluster.Images[TextManifestPipelines.Shell] = new ImageProgram { Files = new Dictionary<string, string> { ["/bin/sh"] = "/bin/sh", ["/bin/sleep"] = "/bin/sleep" } };
        }

        // The script of 18 and 19: index 1 fails. 16 and 17 print the index instead.
        var script = job.StartsWith("indexed-one-fails", StringComparison.Ordinal)
            ? "sleep 2; [ $JOB_COMPLETION_INDEX = 1 ] && { echo 'tenant acme: broken' > /dev/termination-log; exit 1; }; true"
            : "sleep 2; echo $JOB_COMPLETION_INDEX";
        var name = $"{job.Replace("-r", "", StringComparison.Ordinal)} {(isRunJob ? "run" : "deploy")}";
        orders.Spinnaker.Save(TextManifestPipelines.Indexed(orders.Namespace.Name, job, name, isRunJob, script));

        Recording.Load(recording).AssertSame(await orders.StartAsync(name, new()), orders);
    }

    private static Dictionary<string, string> Tags(params (string Recorded, string Test)[] tags) =>
        tags.ToDictionary(t => t.Recorded, t => t.Test);

    private static ManualStart UndoSchema() => new() { Parameters = new Dictionary<string, string> { ["undoSchema"] = "yes" } };

    /// <summary>Starts with the pipelines that were recorded.</summary>
    private async Task<Orders> StartRecordedAsync()
    {
        var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.LoadRecorded(PipelineFiles.MigrateThenDeploy));
        orders.Save(PipelineFiles.LoadRecorded(PipelineFiles.Rollback));
        return orders;
    }

    /// <summary>Starts with the pipelines of this repository.</summary>
    private async Task<Orders> StartCurrentAsync()
    {
        var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy);
        orders.Save(PipelineFiles.Rollback);
        return orders;
    }
}
