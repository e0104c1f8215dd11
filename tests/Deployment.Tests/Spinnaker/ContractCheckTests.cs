using System.Text.Json.Nodes;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.Rehearsal.Checks;
using Migrator.Rehearsal.Pipelines;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>Tests of the warnings about contract scripts that run in the wrong pipeline.</summary>
public sealed class ContractCheckTests
{
    [Fact]
    public void Run_job_in_the_main_pipeline_is_a_warning()
    {
        var pipeline = PipelineFiles.Load(PipelineFiles.MigrateThenDeploy);
        pipeline.Override("Bake migration", "migration.contract.run", "job");

        Assert.Contains("Stage Bake migration (1): migration.contract.run is job", Assert.Single(PipelineCheck.Warnings(pipeline)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_contract_stage_in_the_main_pipeline_is_a_warning()
    {
        var pipeline = PipelineFiles.Load(PipelineFiles.MigrateThenDeploy);
        foreach (var stage in PipelineFiles.Load(PipelineFiles.Contract).Stages.Where(s => s.RefId != "1"))
        {
            var added = (JsonObject)stage.Json.DeepClone();
            added["refId"] = $"1{stage.RefId}";
            pipeline.Json["stages"]!.AsArray().Add(added);
        }

        Assert.Contains("with limitConcurrent the next tag waits for them", Assert.Single(PipelineCheck.Warnings(pipeline)), StringComparison.Ordinal);
    }

    [Theory]
    // The cluster of the contract pipeline, and that of the main pipeline whose end starts it.
    [InlineData("second", "second", null)]
    [InlineData("kubernetes", "kubernetes", "after 'Migrate, then deploy', but 'second' then deploys")]
    [InlineData("kubernetes", "second", "after 'Migrate, then deploy', but 'second' then deploys")]
    [InlineData("second", "kubernetes", "after 'Migrate, then deploy', but 'second' then deploys")]
    public void Only_the_last_of_several_clusters_contracts(string cluster, string startedBy, string? warning)
    {
        var first = PipelineFiles.Load(PipelineFiles.MigrateThenDeploy);
        var second = Second(first);
        var contract = InCluster(PipelineFiles.Load(PipelineFiles.Contract), cluster);
        contract.Triggers[1]["pipeline"] = startedBy == "second" ? second.Id : first.Id;

        var warnings = PipelineCheck.Warnings([first, second, contract]);

        Assert.Equal(warning is null ? 0 : 1, warnings.Count);
        Assert.All(warnings, w => Assert.Contains(warning!, w, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_contract_pipelines_of_one_release_are_a_warning()
    {
        var first = PipelineFiles.Load(PipelineFiles.Contract);
        var second = InCluster(PipelineFiles.Load(PipelineFiles.Contract), "second");
        second.Json["name"] = "Contract in the second cluster";

        Assert.StartsWith("'Contract' and 'Contract in the second cluster' run the contract scripts of one release", Assert.Single(PipelineCheck.Warnings([first, second])), StringComparison.Ordinal);
    }

    /// <summary>Returns the main pipeline of a second cluster. The main pipeline of the first cluster starts it.</summary>
    private static Pipeline Second(Pipeline first)
    {
        var second = InCluster(PipelineFiles.Load(PipelineFiles.MigrateThenDeploy), "second");
        second.Json["name"] = "second";
        second.Json["triggers"] = new JsonArray(new JsonObject
        {
            ["type"] = "pipeline",
            ["enabled"] = true,
            ["application"] = "orders",
            ["pipeline"] = first.Id,
            ["status"] = new JsonArray("successful"),
        });
        return second;
    }

    private static Pipeline InCluster(Pipeline pipeline, string account) => pipeline.With(new Dictionary<string, string> { ["kubernetes"] = account });
}
