using k8s.Models;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.EndToEnd.Observation;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Triggers;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>Tests of contract scripts: the contract pipeline runs them, and the rollback pipeline asks whether they have run.</summary>
public sealed class ContractTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 240_000;

    private static readonly (string, string)[] s_v1 = [("V1__create_notes.sql", "CREATE TABLE old_notes (id int)")];

    private static readonly (string, string)[] s_v2 =
        [.. s_v1, ("V2__drop_notes.contract.sql", "DROP TABLE old_notes"), ("U2__drop_notes.sql", "CREATE TABLE old_notes (id int)")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task The_contract_pipeline_runs_the_pending_scripts_of_the_running_version_and_then_the_old_version_is_refused()
    {
        await using var orders = await Orders.StartAsync(cluster);
        var contract = orders.Save(PipelineFiles.Contract, p => p.UseInlineScripts(s_v2));
        var deployed = await DeployBothAsync(orders);
        Assert.Equal(ExecutionStatus.Succeeded, deployed.Status);
        Assert.True(await orders.Database.HasTableAsync("old_notes", Cancel));

        var execution = await orders.StartAsync("Contract", new());

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.False(await orders.Database.HasTableAsync("old_notes", Cancel));
        var job = await orders.JobAsync();
        Assert.Matches("^orders-contract-[0-9a-f]{8}$", job.Name());
        Assert.Equal(orders.Image(2), Assert.Single(job.Spec.Template.Spec.Containers).Image);
        Assert.True(job.Spec.ActiveDeadlineSeconds * 1000 < contract.Stage("Contract")["stageTimeoutMs"]!.GetValue<int>(), "Spinnaker gives up before the Job does");

        var refused = await RollBackAsync(orders, undoSchema: false);

        Assert.Contains("exit code 6", refused.Stage("Check the old version").Error, StringComparison.Ordinal);
        Assert.Equal(ExecutionStatus.NotStarted, refused.Stage("Deploy the old version").Status);
        Assert.Equal(orders.Image(2), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task A_rollback_with_undoSchema_undoes_the_contract_scripts_before_it_deploys_the_old_version()
    {
        await using var orders = await Orders.StartAsync(cluster);
        orders.Save(PipelineFiles.Contract, p =>
        {
            p.UseInlineScripts(s_v2);
            p.Triggers[1]["enabled"] = true;
        });
        var contracted = await orders.StartedByAsync(await DeployBothAsync(orders));
        Assert.Equal(ExecutionStatus.Succeeded, contracted.Status);
        Assert.False(await orders.Database.HasTableAsync("old_notes", Cancel));

        var execution = await RollBackAsync(orders, undoSchema: true);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        var undone = await orders.Record.WaitForAsync(c => c.Value is V1Job job && job.IsComplete() && job.Spec.Template.Spec.Containers[0].Args.Contains("--phase=contract") && job.Name().Contains("rollback", StringComparison.Ordinal), Cancel);
        var newVersion = orders.Record.Changes.Last(c => c.Value is V1Deployment d && d.Spec.Template.Spec.Containers[0].Image == orders.Image(2));
        var deployed = await orders.Record.WaitForAsync(
            c => c.Version > newVersion.Version && c.Value is V1Deployment d && d.Spec.Template.Spec.Containers[0].Image == orders.Image(1), Cancel);
        Assert.True(undone.Version < deployed.Version, "the Deployment changed before the contract scripts were undone");
        Assert.True(await orders.Database.HasTableAsync("old_notes", Cancel));
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
    }

    /// <summary>Deploys v1, and then v2, which has a contract script. Returns the execution of v2.</summary>
    private static async Task<PipelineExecution> DeployBothAsync(Orders orders)
    {
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.UseInlineScripts(s_v1));
        await orders.PushAsync(1);
        orders.Save(PipelineFiles.MigrateThenDeploy, p => p.UseInlineScripts(s_v2));
        return await orders.PushAsync(2);
    }

    private static Task<PipelineExecution> RollBackAsync(Orders orders, bool undoSchema)
    {
        orders.Save(PipelineFiles.Rollback, p => p.UseInlineScripts(s_v1));
        return orders.StartAsync("Roll back", new ManualStart { Parameters = new Dictionary<string, string> { ["to"] = "v1", ["undoSchema"] = undoSchema ? "yes" : "no" } });
    }
}
