using System.Net;
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

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(orders.Image(2), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_failed_deployment_is_rolled_back_and_undoSchema_by_hand_afterwards_undoes_its_migrations()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(1);
        var scripts = await orders.Database.AppliedScriptsAsync(Cancel);
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.MakeDeploymentNeverReady());

        var failed = await orders.PushAsync(2);
        var execution = await orders.StartedByAsync(failed);

        Assert.Equal(ExecutionStatus.Terminal, failed.Stage("Deploy").Status);
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(ExecutionStatus.Skipped, execution.Stage("Undo the schema").Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
        Assert.True(await orders.Database.HasTableAsync("shipments", Cancel));

        var byHand = await orders.StartAsync(RollBack, Start("", undoSchema: true));

        Assert.Equal(ExecutionStatus.Succeeded, byHand.Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
        Assert.False(await orders.Database.HasTableAsync("shipments", Cancel));
        Assert.Equal(VersionedScripts(scripts), VersionedScripts(await orders.Database.AppliedScriptsAsync(Cancel)));
    }

    [Fact(Timeout = Limit)]
    public async Task The_first_deployment_that_fails_has_no_version_to_go_back_to()
    {
        await using var orders = await StartAsync();
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.MakeDeploymentNeverReady());

        var failed = await orders.PushAsync(1);
        var execution = await orders.StartedByAsync(failed);

        Assert.Equal(ExecutionStatus.FailedContinue, failed.Stage("Find what runs now").Status);
        Assert.Equal(ExecutionStatus.Stopped, execution.Stage("Is there a version to go back to?").Status);
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_that_turns_out_bad_is_replaced_by_a_tag_and_the_second_start_finds_it_done(bool undoSchema)
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(1);
        await orders.PushAsync(2);

        var first = await orders.StartAsync(RollBack, Start("v1", undoSchema));
        var second = await orders.StartAsync(RollBack, Start("v1", undoSchema));

        Assert.Equal([ExecutionStatus.Succeeded, ExecutionStatus.Succeeded], new[] { first.Status, second.Status });
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
        Assert.Equal(!undoSchema, await orders.Database.HasTableAsync("shipments", Cancel));
        if (undoSchema)
        {
            // The undo starts after the last pod of the newer version has ended.
            Assert.Empty(await orders.PodsAsync(2));
            foreach (var pod in await orders.PodsAsync(1))
            {
                Assert.Contains("Ada Lovelace", await orders.Namespace.GetFromPodAsync(pod.Metadata.Name, "orders", Cancel), StringComparison.Ordinal);
            }
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_manual_start_without_a_tag_and_without_undoSchema_says_what_it_needs()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(1);

        var execution = await orders.StartAsync(RollBack, Start("", undoSchema: false));

        Assert.Equal(ExecutionStatus.Terminal, execution.Status);
        Assert.Equal(ExecutionStatus.Terminal, execution.Stage("A manual start needs a tag or undoSchema").Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task After_a_rollback_by_hand_a_failed_deployment_goes_back_to_the_version_that_ran()
    {
        await using var orders = await StartAsync();
        await orders.PushAsync(1);
        await orders.PushAsync(2);
        await orders.StartAsync(RollBack, Start("v1", undoSchema: false));
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.MakeDeploymentNeverReady());

        var execution = await orders.StartedByAsync(await orders.PushAsync(3));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
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
        Assert.Equal(ExecutionStatus.Stopped, execution.Stage("Does the failed version run?").Status);
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Another_version_that_was_deployed_in_the_meantime_is_not_rolled_back()
    {
        Orders? started = null;
        await using var orders = await Orders.StartAsync(cluster, options => options with
        {
            SendWebhook = async (_, _, _) =>
            {
                if (await started!.DeployedImageAsync() != started.Image(2))
                {
                    return HttpStatusCode.OK;
                }

                await started.SetImageAsync(3);
                return HttpStatusCode.NotFound;
            },
        });
        started = orders;
        orders.Save(PipelineFiles.MigrateThenDeploy);
        orders.Save(PipelineFiles.Rollback);
        await orders.PushAsync(1);

        var failed = await orders.PushAsync(2);
        var execution = await orders.StartedByAsync(failed);

        Assert.Equal(ExecutionStatus.Terminal, failed.Stage("Smoke test").Status);
        Assert.Equal(ExecutionStatus.Stopped, execution.Stage("Does the failed version run?").Status);
        Assert.All(execution.Stages.SkipWhile(s => s.Config.Name != "Which version?"), s => Assert.Equal(ExecutionStatus.NotStarted, s.Status));
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(orders.Image(3), await orders.DeployedImageAsync());
    }

    [Theory(Timeout = Limit)]
    [InlineData("v99")]
    [InlineData("v1")]
    public async Task A_tag_that_does_not_exist_or_cannot_be_reached_by_undo_scripts_changes_nothing(string tag)
    {
        await using var orders = await StartAsync();
        orders.Save(PipelineFiles.Rollback, p =>
        {
            const string Bake = "Bake the check of the undo";
            p.Override(Bake, "migration.lockWait", "1s");
            p.Override(Bake, "migration.connectWait", "1s");
            p.Override(Bake, "migration.timeout", "5s");
            p.Override(Bake, "migration.podDeadline", "8s");
            p.Override(Bake, "migration.backoffLimit", "0");
        });
        await orders.PushAsync(1);
        await orders.PushAsync(2);
        await orders.Database.ExecuteAsync("DELETE FROM changelog_undo", Cancel);

        var execution = await orders.StartAsync(RollBack, Start(tag, undoSchema: true));

        Assert.Equal(ExecutionStatus.Terminal, execution.Status);
        Assert.Equal(ExecutionStatus.Terminal, execution.Stage("Check the undo").Status);
        Assert.Equal(ExecutionStatus.NotStarted, execution.Stage("Undo the contract scripts").Status);
        Assert.Equal(ExecutionStatus.NotStarted, execution.Stage("Deploy the old version").Status);
        Assert.Equal(orders.Image(2), await orders.DeployedImageAsync());
        Assert.True(await orders.Database.HasTableAsync("shipments", Cancel));
    }

    private static ManualStart Start(string to, bool undoSchema) =>
        new() { Parameters = new Dictionary<string, string> { ["to"] = to, ["undoSchema"] = undoSchema ? "yes" : "no" } };

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
