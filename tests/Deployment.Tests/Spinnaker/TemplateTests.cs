using System.Text.Json.Nodes;
using Migrator.Deployment.Tests.EndToEnd.Support;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.Rehearsal;
using Migrator.Rehearsal.Checks;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Pipelines;
using Migrator.Rehearsal.Templates;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>The template and its example configuration.</summary>
public sealed class TemplateTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 120_000;

    private static PipelineTemplate Template => PipelineTemplate.Load(RepositoryRoot.Combine("spinnaker", "template", "migrate-then-deploy.json"));

    private static Pipeline Configuration => Pipeline.Load(RepositoryRoot.Combine("spinnaker", "template", "orders.json"));

    [Fact(Timeout = Limit)]
    public async Task The_example_deploys_the_sample_service()
    {
        await using var orders = await Orders.StartAsync(cluster);
        var image = orders.Repository.Split('/');
        var planned = Template.Plan(With(v =>
        {
            v["namespace"] = orders.Namespace.Name;
            v["registry"] = image.Length > 1 ? string.Join('/', image[..^1]) : "localhost";
            v["repository"] = image[^1];
        }));
        Assert.Empty(PipelineCheck.Problems(planned));
        // The stand-in's images have no registry.
        var plain = planned.With(new Dictionary<string, string> { [$"localhost/{orders.Repository}"] = orders.Repository });
        foreach (var bake in plain.Stages.Where(s => s.Type == "bakeManifest"))
        {
            bake.Json["overrides"]!["image.repository"] = orders.Repository;
        }

        orders.Spinnaker.Save(plain);

        var execution = await orders.PushAsync(1);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(ExecutionStatus.Skipped, execution.Stage("Go on?").Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task The_example_says_the_same_as_the_pipeline()
    {
        await Task.Yield();
        var planned = Template.Plan(Configuration);
        var pipeline = PipelineFiles.Load(PipelineFiles.MigrateThenDeploy);

        foreach (var part in new[] { "triggers", "expectedArtifacts", "notifications" })
        {
            Assert.True(JsonNode.DeepEquals(pipeline.Json[part], planned.Json[part]), part);
        }

        Assert.Equal(
            pipeline.Stages.Select(s => (s.RefId, s.Type, s.Name, string.Join(',', s.RequisiteStageRefIds))),
            planned.Stages.Select(s => (s.RefId, s.Type, s.Name, string.Join(',', s.RequisiteStageRefIds))));
    }

    [Fact(Timeout = Limit)]
    public async Task A_variable_without_a_value_is_told()
    {
        await Task.Yield();
        var problem = Assert.Throws<RehearsalException>(() => Template.Plan(With(v => v.Remove("namespace"))));

        Assert.Equal("Missing variable values for: namespace", problem.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task A_variable_of_another_type_is_told()
    {
        await Task.Yield();
        var problem = Assert.Throws<RehearsalException>(() => Template.Plan(With(v => v["askFirst"] = "no")));

        Assert.Contains("askFirst (expected type 'bool' found \"no\")", problem.Message, StringComparison.Ordinal);
    }

    private static Pipeline With(Action<JsonObject> edit)
    {
        var configuration = Configuration;
        edit(configuration.Json["variables"]!.AsObject());
        return configuration;
    }
}
