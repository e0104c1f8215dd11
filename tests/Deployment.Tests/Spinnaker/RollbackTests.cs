using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Triggers;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>The pipeline that goes back, in all its branches.</summary>
public sealed class RollbackTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 120_000;
    private const string RollBack = "Roll back";

    private static readonly ManualStart s_withSchema =
        new() { Parameters = new Dictionary<string, string> { ["undoSchema"] = "yes" } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task By_hand_the_application_goes_back_and_the_schema_stays()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(1);
        await orders.PushAsync(2);

        var execution = await orders.StartAsync(RollBack, new ManualStart());

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(ExecutionStatus.Skipped, execution.Stage("Undo the schema").Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
        Assert.True(await orders.Database.HasTableAsync("shipments", Cancel));
    }

    [Fact(Timeout = Limit)]
    public async Task By_hand_the_schema_goes_back_too_when_asked_with_the_old_image()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(1);
        var scripts = await orders.Database.AppliedScriptsAsync(Cancel);
        await orders.PushAsync(2);

        var execution = await orders.StartAsync(RollBack, s_withSchema);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Contains(execution.Stage("Undo the schema").Messages, m => m == $"bound docker/image {orders.Image(1)}");
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
        Assert.False(await orders.Database.HasTableAsync("shipments", Cancel));
        Assert.Equal(Versioned(scripts), Versioned(await orders.Database.AppliedScriptsAsync(Cancel)));
    }

    [Fact(Timeout = Limit)]
    public async Task A_failed_deployment_is_taken_back_and_its_schema_kept()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(1);
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.NeverReady());

        var failed = await orders.PushAsync(2);
        var execution = await orders.StartedByAsync(failed);

        Assert.Equal(ExecutionStatus.Terminal, failed.Stage("Deploy").Status);
        Assert.Equal(ExecutionStatus.Succeeded, execution.Stage("Undo the rollout").Status);
        Assert.Equal(ExecutionStatus.Skipped, execution.Stage("Undo the schema").Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
        Assert.True(await orders.Database.HasTableAsync("shipments", Cancel));
    }

    [Fact(Timeout = Limit)]
    public async Task A_failed_migration_takes_nothing_back()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(2);
        await orders.SpoilV3Async();

        var failed = await orders.PushAsync(3);
        var execution = await orders.StartedByAsync(failed);

        Assert.Equal(ExecutionStatus.Terminal, failed.Stage("Migrate").Status);
        Assert.Equal(ExecutionStatus.Stopped, execution.Stage("Did the deployment fail?").Status);
        Assert.Equal(ExecutionStatus.NotStarted, execution.Stage("Undo the rollout").Status);
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(orders.Image(2), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_deployment_that_was_refused_before_it_changed_anything_takes_nothing_back()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(1);
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.Override("Bake application", "image.repository", "another/image"));

        var failed = await orders.PushAsync(2);
        var execution = await orders.StartedByAsync(failed);

        Assert.Contains("could not be bound", failed.Stage("Deploy").Error, StringComparison.Ordinal);
        Assert.Equal(ExecutionStatus.Stopped, execution.Stage("Is it what runs now?").Status);
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task After_a_first_deployment_there_is_nothing_to_go_back_to()
    {
        await using var orders = await StartAsync();
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.NeverReady());

        var execution = await orders.StartedByAsync(await orders.PushAsync(1));

        Assert.Equal(ExecutionStatus.Terminal, execution.Status);
        Assert.Contains("cannot rollback 1", execution.Stage("Undo the rollout").Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task From_v1_to_v2_to_a_failing_v3_and_back_by_pipelines_alone()
    {
        await using var orders = await StartAsync();
        Assert.Equal(ExecutionStatus.Succeeded, (await orders.PushAsync(1)).Status);
        Assert.Equal(ExecutionStatus.Succeeded, (await orders.PushAsync(2)).Status);
        await orders.SpoilV3Async();

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

    /// <summary>Repeatables are run again at the end of an undo.</summary>
    private static IEnumerable<string> Versioned(IEnumerable<string> scripts) =>
        scripts.Where(s => s.StartsWith('V')).Order(StringComparer.Ordinal);
}
