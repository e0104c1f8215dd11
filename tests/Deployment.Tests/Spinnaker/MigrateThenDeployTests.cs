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

/// <summary>Tests of the main pipeline.</summary>
public sealed class MigrateThenDeployTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 120_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task The_application_is_applied_only_after_the_job_has_succeeded()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy);
        var first = await orders.PushAsync(1);

        var execution = await orders.PushAsync(2);

        Assert.Equal(ExecutionStatus.Succeeded, first.Status);
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(ExecutionStatus.Skipped, execution.Stage("Approve migration").Status);
        var complete = await orders.Record.WaitForAsync(
            c => c.Value is V1Job job && job.IsComplete() && job.Spec.Template.Spec.Containers[0].Image == orders.Image(2), Cancel);
        var deployed = await orders.Record.WaitForAsync(
            c => c.Value is V1Deployment d && d.Spec.Template.Spec.Containers[0].Image == orders.Image(2), Cancel);
        var pod = await orders.Record.WaitForAsync(
            c => c.Type == WatchEventType.Added && c.Value is V1Pod p && p.AppImage() == orders.Image(2), Cancel);
        Assert.True(complete.Version < deployed.Version, "the Deployment changed before the Job completed");
        Assert.True(deployed.Version < pod.Version);
        Assert.True(await orders.Database.HasTableAsync("shipments", Cancel));
    }

    [Fact(Timeout = Limit)]
    public async Task A_failed_migration_ends_the_pipeline_and_does_not_change_the_application()
    {
        await using var orders = await Orders.StartAsync(cluster, options => options with { ExtraOverrides = new Dictionary<string, string> { ["app.replicas"] = "2" } });
        orders.Save(PipelineFiles.MigrateThenDeploy);
        await orders.PushAsync(2);
        await orders.InsertDuplicatesAsync();
        var before = await orders.DeploymentAsync();

        var execution = await orders.PushAsync(3);

        Assert.Equal(ExecutionStatus.Terminal, execution.Status);
        Assert.Equal(ExecutionStatus.Terminal, execution.Stage("Migrate").Status);
        Assert.Contains("'job orders-migrate-", execution.Stage("Migrate").Error, StringComparison.Ordinal);
        Assert.Equal(ExecutionStatus.NotStarted, execution.Stage("Deploy").Status);
        var after = await orders.DeploymentAsync();
        Assert.Equal(before.Metadata.Generation, after.Metadata.Generation);
        Assert.Equal(2, (await orders.PodsAsync(2)).Count(p => p.IsReady()));
        Assert.Empty(await orders.PodsAsync(3));
    }

    [Fact(Timeout = Limit)]
    public async Task The_same_image_is_deployed_after_the_data_is_fixed()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy);
        await orders.PushAsync(2);
        await orders.InsertDuplicatesAsync();
        Assert.Equal(ExecutionStatus.Terminal, (await orders.PushAsync(3)).Status);
        await orders.MergeDuplicatesAsync();

        var execution = await orders.PushAsync(3);

        // The failed Job with the same name and spec still exists. If it were not recreated, the stage would fail immediately.
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(orders.Image(3), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Deploying_the_current_image_again_reruns_its_job_and_changes_nothing_else()
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
    public async Task A_second_tag_waits_until_the_first_execution_has_ended()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy);

        var first = Assert.Single(orders.Spinnaker.Push(orders.Repository, "v1"));
        var second = Assert.Single(orders.Spinnaker.Push(orders.Repository, "v2"));

        Assert.Equal(ExecutionStatus.NotStarted, second.Status);
        await orders.Spinnaker.WaitForCompletionAsync(first, Cancel);
        await orders.Spinnaker.WaitForCompletionAsync(second, Cancel);
        Assert.Equal(ExecutionStatus.Succeeded, first.Status);
        Assert.Equal(ExecutionStatus.Succeeded, second.Status);
        Assert.True(first.EndedAt <= second.StartedAt);
        Assert.Equal(orders.Image(2), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_job_that_cannot_pull_its_image_fails_at_its_deadline()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy, pipeline =>
        {
            pipeline.Override("Bake migration", "migration.connectWait", "1s");
            pipeline.Override("Bake migration", "migration.lockWait", "1s");
            pipeline.Override("Bake migration", "migration.timeout", "3s");
            pipeline.Override("Bake migration", "migration.podDeadline", "5s");
            pipeline.Override("Bake migration", "migration.backoffLimit", "0");
            // The Job's deadline must end the Job long before this timeout.
            pipeline.Stage("Migrate")["stageTimeoutMs"] = 60_000;
        });

        var execution = await orders.Spinnaker.WaitForCompletionAsync(
            Assert.Single(orders.Spinnaker.Push(orders.Repository, "v99")), Cancel);

        Assert.Equal(ExecutionStatus.Terminal, execution.Status);
        Assert.DoesNotContain("timed out", execution.Stage("Migrate").Error, StringComparison.Ordinal);
        Assert.Contains("'job orders-migrate-", execution.Stage("Migrate").Error, StringComparison.Ordinal);
        Assert.Null(await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_manual_start_with_a_digest_bakes_the_image_with_this_digest()
    {
        const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        await using var orders = await Orders.StartAsync(cluster, options => options with { AnswerJudgment = (_, _) => Task.FromResult(false) });
        orders.Save(PipelineFiles.MigrateThenDeploy);

        // The approval is denied, because no image has this digest.
        var execution = await orders.StartAsync(
            "Migrate, then deploy",
            new() { Image = Rehearsal.Triggers.ManualStart.ImageOf(orders.Repository, Digest), Parameters = new Dictionary<string, string> { ["requireApproval"] = "yes" } });

        foreach (var bake in new[] { "Bake migration", "Bake application" })
        {
            var manifest = Convert.FromBase64String(execution.Stage(bake).Outputs["artifacts"]![0]!["reference"]!.GetValue<string>());
            Assert.Contains($"image: \"{orders.Repository}@{Digest}\"", System.Text.Encoding.UTF8.GetString(manifest), StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_tag_that_arrives_after_a_newer_one_is_not_deployed_unless_a_person_allows_it()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy);
        await orders.PushAsync(2);

        var late = await orders.PushAsync(1);
        var deployed = await orders.DeployedImageAsync();
        var allowed = await orders.StartAsync(
            "Migrate, then deploy",
            new() { Image = Rehearsal.Triggers.ManualStart.ImageOf(orders.Repository, "v1"), Parameters = new Dictionary<string, string> { ["allowOlder"] = "yes" } });

        Assert.Equal(ExecutionStatus.Terminal, late.Stage("Migrate").Status);
        Assert.Contains("exit code 6", late.Stage("Migrate").Error, StringComparison.Ordinal);
        Assert.Equal(orders.Image(2), deployed);
        Assert.Equal(ExecutionStatus.Succeeded, allowed.Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Runs_that_work_at_the_same_time_do_not_touch_the_job_of_another_run()
    {
        await using var orders = await Orders.StartAsync(cluster);
        // With Redis as its store, Orca starts the tags of one poll at the same time, with or without this setting.
        orders.Save(PipelineFiles.MigrateThenDeploy, p =>
        {
            p.Json["limitConcurrent"] = false;
            p.Override("Bake migration", "migration.ahead", "pass");
        });
        await orders.PushAsync(1);

        var runs = Enumerable.Range(2, 2).SelectMany(v => orders.Spinnaker.Push(orders.Repository, $"v{v}")).ToList();
        foreach (var run in runs)
        {
            Assert.Equal(ExecutionStatus.Succeeded, (await orders.Spinnaker.WaitForCompletionAsync(run, Cancel)).Status);
        }

        Assert.Equal(2, runs.Count);
        Assert.Contains("V10__sign_in_by_email.sql", await orders.Database.AppliedScriptsAsync(Cancel));
        var jobs = orders.Record.Changes.Select(c => c.Value).OfType<V1Job>().GroupBy(j => j.Uid()).ToList();
        Assert.Equal(3, jobs.Select(j => j.First().Name()).Distinct().Count());
        Assert.All(jobs, j => Assert.Contains(j, change => change.IsComplete()));
    }

    [Theory(Timeout = Limit)]
    [InlineData(true, ExecutionStatus.Succeeded)]
    [InlineData(false, ExecutionStatus.Terminal)]
    public async Task Approval_is_required_before_any_object_is_applied(bool isApproved, ExecutionStatus expected)
    {
        var jobsBeforeApproval = -1;
        Orders? started = null;
        await using var orders = await Orders.StartAsync(cluster, options => options with
        {
            AnswerJudgment = (_, _) =>
            {
                jobsBeforeApproval = started!.Record.Changes.Count(c => c.Value is V1Job);
                return Task.FromResult(isApproved);
            },
        });
        started = orders;
        orders.Save(PipelineFiles.MigrateThenDeploy);

        var execution = await orders.StartAsync(
            "Migrate, then deploy",
            new() { Image = Rehearsal.Triggers.ManualStart.ImageOf(orders.Repository, "v1"), Parameters = new Dictionary<string, string> { ["requireApproval"] = "yes" } });

        Assert.Equal(expected, execution.Status);
        Assert.Equal(0, jobsBeforeApproval);
        Assert.Equal(isApproved ? orders.Image(1) : null, await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Changed_scripts_get_a_new_config_map_and_running_pods_keep_the_old_one()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.UseInlineScript("CREATE OR REPLACE VIEW notes AS SELECT 1 AS a"));
        Assert.Equal(ExecutionStatus.Succeeded, (await orders.PushAsync(1)).Status);
        var before = await orders.DeploymentAsync();

        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.UseInlineScript("CREATE OR REPLACE VIEW notes AS SELECT 2 AS a"));
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
    public async Task A_separate_migration_image_is_not_replaced_by_the_triggering_image()
    {
        await using var orders = await Orders.StartAsync(cluster);
        var images = orders.Namespace.Cluster.Images;
        var pipeline = orders.Save(PipelineFiles.MigrateThenDeploy, p =>
        {
            p.UseSeparateMigrationImage(images.MigratorRepository, SampleImages.MigratorTag);
            p.UseInlineScript("CREATE OR REPLACE VIEW notes AS SELECT 1 AS a");
        });

        var execution = await orders.PushAsync(1);

        Assert.Empty(PipelineCheck.Problems(pipeline));
        Assert.Empty(PipelineCheck.Warnings(pipeline));
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        var job = await orders.JobAsync();
        Assert.Equal(images.Migrator, Assert.Single(job.Spec.Template.Spec.Containers).Image);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task In_a_single_stage_the_application_is_applied_before_its_migration_has_run()
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
