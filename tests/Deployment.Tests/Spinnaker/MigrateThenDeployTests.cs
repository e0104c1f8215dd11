using k8s;
using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.EndToEnd;
using Migrator.EndToEnd.Observation;
using Migrator.Rehearsal.Checks;
using Migrator.Rehearsal.Execution;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>The main pipeline, run by Spinnaker's rules.</summary>
public sealed class MigrateThenDeployTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 120_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Nothing_of_the_application_is_applied_before_the_job_succeeded()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy);
        var first = await orders.PushAsync(1);

        var execution = await orders.PushAsync(2);

        Assert.Equal(ExecutionStatus.Succeeded, first.Status);
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(ExecutionStatus.Skipped, execution.Stage("Go on?").Status);
        var complete = await orders.Record.WaitForAsync(
            c => c.Value is V1Job job && job.IsComplete() && job.Spec.Template.Spec.Containers[0].Image == orders.Image(2), Cancel);
        var deployed = await orders.Record.WaitForAsync(
            c => c.Value is V1Deployment d && d.Spec.Template.Spec.Containers[0].Image == orders.Image(2), Cancel);
        var pod = await orders.Record.WaitForAsync(
            c => c.Type == WatchEventType.Added && c.Value is V1Pod p && p.AppImage() == orders.Image(2), Cancel);
        Assert.True(complete.Version < deployed.Version, "the Deployment changed before the Job was complete");
        Assert.True(deployed.Version < pod.Version);
        Assert.True(await orders.Database.HasTableAsync("shipments", Cancel));
    }

    [Fact(Timeout = Limit)]
    public async Task A_failed_migration_ends_the_pipeline_and_leaves_the_application_alone()
    {
        await using var orders = await Orders.StartAsync(cluster, options => options with { ExtraOverrides = new Dictionary<string, string> { ["app.replicas"] = "2" } });
        orders.Save(PipelineFiles.MigrateThenDeploy);
        await orders.PushAsync(2);
        await orders.SpoilV3Async();
        var before = await orders.DeploymentAsync();

        var execution = await orders.PushAsync(3);

        Assert.Equal(ExecutionStatus.Terminal, execution.Status);
        Assert.Equal(ExecutionStatus.Terminal, execution.Stage("Migrate").Status);
        Assert.Contains("'job orders-migrate'", execution.Stage("Migrate").Error, StringComparison.Ordinal);
        Assert.Equal(ExecutionStatus.NotStarted, execution.Stage("Deploy").Status);
        var after = await orders.DeploymentAsync();
        Assert.Equal(before.Metadata.Generation, after.Metadata.Generation);
        Assert.Equal(2, (await orders.PodsAsync(2)).Count(p => p.IsReady()));
        Assert.Empty(await orders.PodsAsync(3));
    }

    [Fact(Timeout = Limit)]
    public async Task The_same_image_goes_through_once_the_cause_is_mended()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy);
        await orders.PushAsync(2);
        await orders.SpoilV3Async();
        Assert.Equal(ExecutionStatus.Terminal, (await orders.PushAsync(3)).Status);
        await orders.MergeDuplicatesAsync();

        var execution = await orders.PushAsync(3);

        // The failed Job of the same name and spec is still there: without being recreated it would fail at once.
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(orders.Image(3), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task An_image_that_is_deployed_already_runs_its_job_again_and_changes_nothing()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy);
        await orders.PushAsync(1);
        var before = await orders.DeploymentAsync();
        var job = await orders.JobAsync();

        var execution = await orders.PushAsync(1);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.NotEqual(job.Metadata.Uid, (await orders.JobAsync()).Metadata.Uid);
        Assert.Equal(before.Metadata.Generation, (await orders.DeploymentAsync()).Metadata.Generation);
        var scripts = await orders.Database.AppliedScriptsAsync(Cancel);
        Assert.Equal(scripts.Distinct(), scripts);
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_tag_waits_until_the_first_is_through()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy);

        var first = Assert.Single(orders.Spinnaker.Push(orders.Repository, "v1"));
        var second = Assert.Single(orders.Spinnaker.Push(orders.Repository, "v2"));

        Assert.Equal(ExecutionStatus.NotStarted, second.Status);
        await orders.Spinnaker.CompletedAsync(first, Cancel);
        await orders.Spinnaker.CompletedAsync(second, Cancel);
        Assert.Equal(ExecutionStatus.Succeeded, first.Status);
        Assert.Equal(ExecutionStatus.Succeeded, second.Status);
        Assert.True(first.EndedAt <= second.StartedAt);
        Assert.Equal(orders.Image(2), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_job_that_never_gets_its_image_ends_by_its_deadline()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy, pipeline =>
        {
            pipeline.Override("Bake migration", "migration.connectWait", "1s");
            pipeline.Override("Bake migration", "migration.lockWait", "1s");
            pipeline.Override("Bake migration", "migration.timeout", "3s");
            pipeline.Override("Bake migration", "migration.podDeadline", "5s");
            pipeline.Override("Bake migration", "migration.backoffLimit", "0");
            // Long before this the Job has to have ended.
            pipeline.Stage("Migrate")["stageTimeoutMs"] = 60_000;
        });

        var execution = await orders.Spinnaker.CompletedAsync(
            Assert.Single(orders.Spinnaker.Push(orders.Repository, "v99")), Cancel);

        Assert.Equal(ExecutionStatus.Terminal, execution.Status);
        Assert.DoesNotContain("timed out", execution.Stage("Migrate").Error, StringComparison.Ordinal);
        Assert.Contains("'job orders-migrate'", execution.Stage("Migrate").Error, StringComparison.Ordinal);
        Assert.Null(await orders.DeployedImageAsync());
    }

    [Theory(Timeout = Limit)]
    [InlineData(true, ExecutionStatus.Succeeded)]
    [InlineData(false, ExecutionStatus.Terminal)]
    public async Task Production_asks_before_anything_is_applied(bool goesOn, ExecutionStatus expected)
    {
        var jobsWhenAsked = -1;
        Orders? asked = null;
        await using var orders = await Orders.StartAsync(cluster, options => options with
        {
            Judge = (_, _) =>
            {
                jobsWhenAsked = asked!.Record.Changes.Count(c => c.Value is V1Job);
                return Task.FromResult(goesOn);
            },
        });
        asked = orders;
        orders.Save(PipelineFiles.MigrateThenDeploy);

        var execution = await orders.StartAsync(
            "Migrate, then deploy",
            new() { Image = Rehearsal.Triggers.ManualStart.ImageOf(orders.Repository, "v1"), Parameters = new Dictionary<string, string> { ["askFirst"] = "yes" } });

        Assert.Equal(expected, execution.Status);
        Assert.Equal(0, jobsWhenAsked);
        Assert.Equal(goesOn ? orders.Image(1) : null, await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Changed_scripts_get_a_name_of_their_own_and_those_of_running_pods_stay()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.InlineScript("CREATE OR REPLACE VIEW notes AS SELECT 1 AS a"));
        Assert.Equal(ExecutionStatus.Succeeded, (await orders.PushAsync(1)).Status);
        var before = await orders.DeploymentAsync();

        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.InlineScript("CREATE OR REPLACE VIEW notes AS SELECT 2 AS a"));
        Assert.Equal(ExecutionStatus.Succeeded, (await orders.PushAsync(1)).Status);

        var job = await orders.JobAsync();
        Assert.Equal(["orders-migrate-v001"], ConfigMaps(job.Spec.Template.Spec));
        var old = Assert.Single(ConfigMaps(before.Spec.Template.Spec));
        var now = Assert.Single(ConfigMaps((await orders.DeploymentAsync()).Spec.Template.Spec));
        Assert.EndsWith("-v000", old, StringComparison.Ordinal);
        Assert.EndsWith("-v001", now, StringComparison.Ordinal);
        Assert.NotNull(await orders.Namespace.Cluster.Api.CoreV1.ReadNamespacedConfigMapAsync(old, orders.Namespace.Name, cancellationToken: Cancel));
    }

    [Fact(Timeout = Limit)]
    public async Task An_image_of_the_migrators_own_is_not_replaced()
    {
        await using var orders = await Orders.StartAsync(cluster);
        var images = orders.Namespace.Cluster.Images;
        var pipeline = orders.Save(PipelineFiles.MigrateThenDeploy, p =>
        {
            p.ImageOfItsOwn(images.MigratorRepository, SampleImages.MigratorTag);
            p.InlineScript("CREATE OR REPLACE VIEW notes AS SELECT 1 AS a");
        });

        var execution = await orders.PushAsync(1);

        Assert.Empty(PipelineCheck.Problems(pipeline));
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        var job = await orders.JobAsync();
        Assert.Equal(images.Migrator, Assert.Single(job.Spec.Template.Spec.Containers).Image);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task All_in_one_stage_the_application_would_be_applied_before_its_migration_has_run()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy, pipeline =>
        {
            pipeline.Stage("Bake application")["overrides"]!.AsObject().Remove("phase");
            pipeline.Stage("Deploy")["requisiteStageRefIds"] = new System.Text.Json.Nodes.JsonArray("2");
            pipeline.Json["stages"]!.AsArray().Remove(pipeline.Stage("Migrate"));
        });

        var execution = await orders.PushAsync(1);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        var deployed = await orders.Record.WaitForAsync(c => c.Value is V1Deployment, Cancel);
        var complete = await orders.Record.WaitForAsync(c => c.Value is V1Job job && job.IsComplete(), Cancel);
        Assert.True(deployed.Version < complete.Version);
    }

    private static IEnumerable<string> ConfigMaps(V1PodSpec spec) =>
        (spec.Volumes ?? []).Where(v => v.ConfigMap is not null).Select(v => v.ConfigMap.Name);
}
