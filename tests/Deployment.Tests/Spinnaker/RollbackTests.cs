using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Triggers;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>Tests of all branches of the rollback pipeline.</summary>
public sealed class RollbackTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 120_000;
    private const string RollBack = "Roll back";

    private static readonly ManualStart s_withSchema =
        new() { Parameters = new Dictionary<string, string> { ["rollbackSchema"] = "yes" } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_manual_start_rolls_back_the_application_and_keeps_the_schema()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(1);
        await orders.PushAsync(2);

        var execution = await orders.StartAsync(RollBack, new ManualStart());

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(ExecutionStatus.Skipped, execution.Stage("Roll back the schema").Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
        Assert.True(await orders.Database.HasTableAsync("shipments", Cancel));
    }

    [Fact(Timeout = Limit)]
    public async Task A_manual_start_with_rollbackSchema_rolls_back_the_schema_with_the_previous_image()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(1);
        var scripts = await orders.Database.AppliedScriptsAsync(Cancel);
        await orders.PushAsync(2);

        var execution = await orders.StartAsync(RollBack, s_withSchema);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Contains(execution.Stage("Roll back the schema").Messages, m => m == $"bound docker/image {orders.Image(1)}");
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
        Assert.False(await orders.Database.HasTableAsync("shipments", Cancel));
        Assert.Equal(VersionedScripts(scripts), VersionedScripts(await orders.Database.AppliedScriptsAsync(Cancel)));
    }

    [Fact(Timeout = Limit)]
    public async Task A_failed_deployment_is_rolled_back_and_its_schema_is_kept()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(1);
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.MakeDeploymentNeverReady());

        var failed = await orders.PushAsync(2);
        var execution = await orders.StartedByAsync(failed);

        Assert.Equal(ExecutionStatus.Terminal, failed.Stage("Deploy").Status);
        Assert.Equal(ExecutionStatus.Succeeded, execution.Stage("Undo the rollout").Status);
        Assert.Equal(ExecutionStatus.Skipped, execution.Stage("Roll back the schema").Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
        Assert.True(await orders.Database.HasTableAsync("shipments", Cancel));
    }

    [Fact(Timeout = Limit)]
    public async Task A_failed_migration_rolls_back_nothing()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(2);
        await orders.InsertDuplicatesAsync();

        var failed = await orders.PushAsync(3);
        var execution = await orders.StartedByAsync(failed);

        Assert.Equal(ExecutionStatus.Terminal, failed.Stage("Migrate").Status);
        Assert.Equal(ExecutionStatus.Stopped, execution.Stage("Did the deployment fail?").Status);
        Assert.Equal(ExecutionStatus.NotStarted, execution.Stage("Undo the rollout").Status);
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(orders.Image(2), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_deployment_that_failed_before_applying_the_image_rolls_back_nothing()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(1);
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.Override("Bake application", "image.repository", "another/image"));

        var failed = await orders.PushAsync(2);
        var execution = await orders.StartedByAsync(failed);

        Assert.Contains("could not be bound", failed.Stage("Deploy").Error, StringComparison.Ordinal);
        Assert.Equal(ExecutionStatus.Stopped, execution.Stage("Is the failed image deployed?").Status);
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task The_rollback_of_a_first_deployment_fails()
    {
        await using var orders = await StartAsync();
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.MakeDeploymentNeverReady());

        var execution = await orders.StartedByAsync(await orders.PushAsync(1));

        Assert.Equal(ExecutionStatus.Terminal, execution.Status);
        Assert.Contains("cannot rollback 1", execution.Stage("Undo the rollout").Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Pipelines_deploy_v1_and_v2_fail_on_v3_and_roll_back_to_v1()
    {
        await using var orders = await StartAsync();
        Assert.Equal(ExecutionStatus.Succeeded, (await orders.PushAsync(1)).Status);
        Assert.Equal(ExecutionStatus.Succeeded, (await orders.PushAsync(2)).Status);
        await orders.InsertDuplicatesAsync();

        Assert.Equal(ExecutionStatus.Terminal, (await orders.PushAsync(3)).Status);
        Assert.Equal(orders.Image(2), await orders.DeployedImageAsync());
        var back = await orders.StartAsync(RollBack, s_withSchema);

        Assert.Equal(ExecutionStatus.Succeeded, back.Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
        Assert.False(await orders.Database.HasTableAsync("shipments", Cancel));
        foreach (var pod in await orders.PodsAsync(1))
        {
            Assert.Contains("Ada Lovelace", await orders.Namespace.GetFromPodAsync(pod.Metadata.Name, "orders", Cancel), StringComparison.Ordinal);
        }
    }

    private async Task<Orders> StartAsync()
    {
        var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.MigrateThenDeploy);
        orders.Save(PipelineFiles.Rollback);
        return orders;
    }

    /// <summary>Returns the versioned scripts. Repeatable scripts run again at the end of a rollback.</summary>
    private static IEnumerable<string> VersionedScripts(IEnumerable<string> scripts) =>
        scripts.Where(s => s.StartsWith('V')).Order(StringComparer.Ordinal);
}
