using k8s;
using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.EndToEnd.Observation;
using Migrator.Rehearsal.Execution;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>The main pipeline, run by Spinnaker's rules.</summary>
public sealed class MigrateThenDeployTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task A_new_tag_is_migrated_and_then_deployed()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy);

        var execution = await orders.PushAsync(1);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(ExecutionStatus.Skipped, execution.Stage("Go on?").Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
        Assert.Contains("V1__create_customers.sql", await orders.Database.AppliedScriptsAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_of_the_application_is_applied_before_the_job_succeeded()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy);
        await orders.PushAsync(1);
        var before = orders.Record.Changes[^1].Version;

        var execution = await orders.PushAsync(2);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        var upgrade = orders.Record.Changes.Where(c => c.Version > before).ToList();
        var complete = upgrade.First(c => c.Value is V1Job job && job.IsComplete());
        var deployed = upgrade.First(c => c.Value is V1Deployment d && d.Spec.Template.Spec.Containers[0].Image == orders.Image(2));
        var pod = upgrade.First(c => c.Type == WatchEventType.Added && c.Value is V1Pod p && p.AppImage() == orders.Image(2));
        Assert.True(complete.Version < deployed.Version, "the Deployment changed before the Job was complete");
        Assert.True(deployed.Version < pod.Version);
    }
}
