using System.Text.Encodings.Web;
using System.Text.Json;
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

/// <summary>Tests of the pipeline template and its example configuration.</summary>
public sealed class TemplateTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 120_000;

    private static readonly string s_file = RepositoryRoot.Combine("spinnaker", "template", "migrate-then-deploy.json");

    // Keeps quotes in expressions unescaped.
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static PipelineTemplate Template => PipelineTemplate.Load(s_file);

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
        Assert.Empty(PipelineCheck.Warnings(planned));
        // The images of the local cluster have no registry.
        var pipeline = planned.With(new Dictionary<string, string> { [$"localhost/{orders.Repository}"] = orders.Repository });
        foreach (var bake in pipeline.Stages.Where(s => s.Type == "bakeManifest"))
        {
            bake.Json["overrides"]!["image.repository"] = orders.Repository;
        }

        orders.Spinnaker.Save(pipeline);

        var execution = await orders.PushAsync(1);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(ExecutionStatus.Skipped, execution.Stage("Approve migration").Status);
        Assert.Equal(orders.Image(1), await orders.DeployedImageAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task The_example_is_equivalent_to_the_main_pipeline()
    {
        await Task.Yield();
        var planned = Template.Plan(Configuration);
        var pipeline = PipelineFiles.Load(PipelineFiles.MigrateThenDeploy);

        foreach (var part in new[] { "triggers", "expectedArtifacts", "notifications" })
        {
            Assert.True(JsonNode.DeepEquals(pipeline.Json[part], planned.Json[part]), part);
        }

        foreach (var (expected, actual) in pipeline.Stages.Zip(planned.Stages, (a, b) => (a.Json, ReplaceVariables(b.Json, planned.Json["templateVariables"]!))))
        {
            // The approval is a variable in the template and a parameter in the pipeline. Only the template sets the migration's timeout.
            foreach (var field in new[] { "stageEnabled", "overrideTimeout", "stageTimeoutMs" })
            {
                expected.Remove(field);
                actual.Remove(field);
            }

            Assert.True(JsonNode.DeepEquals(expected, actual), $"{expected}\n{actual}");
        }

        Assert.Equal(pipeline.Stages.Count, planned.Stages.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task A_variable_without_a_value_is_reported()
    {
        await Task.Yield();
        var problem = Assert.Throws<RehearsalException>(() => Template.Plan(With(v => v.Remove("namespace"))));

        Assert.Equal("Missing variable values for: namespace", problem.Message);
    }

    [Theory(Timeout = Limit)]
    [InlineData(null)]
    [InlineData("pipeline")]
    public async Task A_configuration_that_no_trigger_would_start_is_reported(string? type)
    {
        await Task.Yield();
        var configuration = Configuration;
        configuration.Json["type"] = type;

        var problem = Assert.Throws<RehearsalException>(() => Template.Plan(configuration));

        Assert.Contains("has no \"type\": \"templatedPipeline\", so no trigger would start it", problem.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task A_variable_with_a_value_of_the_wrong_type_is_reported()
    {
        await Task.Yield();
        var problem = Assert.Throws<RehearsalException>(() => Template.Plan(With(v => v["requireApproval"] = "no")));

        Assert.Contains("requireApproval (expected type 'bool' found \"no\")", problem.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> InvalidTemplates => new()
    {
        { "\"Migrate then deploy\"", "\"Migrate, then deploy\"", "metadata.name 'Migrate, then deploy' may contain only letters" },
        { "\"id\": \"migrate-then-deploy\"", "\"id\": \"migrate.then.deploy\"", "id is missing or contains a dot" },
        { "\"scopes\": [\"global\"]", "\"scopes\": []", "metadata.scopes is missing" },
        { "\"type\": \"int\"", "\"type\": \"integer\"", "has the unknown type 'integer'" },
        { "\"defaultValue\": false", "\"default\": false", "Unknown field default in the variable requireApproval" },
        { "\"schema\": \"v2\"", "\"schema\": \"1\"", "schema must be v2" },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(InvalidTemplates))]
    public async Task An_invalid_template_is_reported(string valid, string invalid, string message)
    {
        var text = await File.ReadAllTextAsync(s_file, TestContext.Current.CancellationToken);
        Assert.Contains(valid, text, StringComparison.Ordinal);

        var problem = Assert.Throws<RehearsalException>(() => PipelineTemplate.Parse(text.Replace(valid, invalid, StringComparison.Ordinal)));

        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    /// <summary>Returns a stage in which template variables are replaced by their values. Other expressions stay unchanged.</summary>
    private static JsonObject ReplaceVariables(JsonObject stage, JsonNode variables)
    {
        var text = stage.ToJsonString(s_readable);
        foreach (var (name, value) in variables.AsObject())
        {
            text = value!.GetValueKind() == JsonValueKind.String
                ? text.Replace($"${{templateVariables.{name}}}", value.GetValue<string>(), StringComparison.Ordinal)
                : text.Replace($"\"${{templateVariables.{name}}}\"", value.ToJsonString(), StringComparison.Ordinal);
        }

        return JsonNode.Parse(text)!.AsObject();
    }

    private static Pipeline With(Action<JsonObject> edit)
    {
        var configuration = Configuration;
        edit(configuration.Json["variables"]!.AsObject());
        return configuration;
    }
}
