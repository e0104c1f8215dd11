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

/// <summary>The template and its example configuration.</summary>
public sealed class TemplateTests(PreparedCluster cluster) : IClassFixture<PreparedCluster>
{
    private const int Limit = 120_000;

    private static readonly string s_file = RepositoryRoot.Combine("spinnaker", "template", "migrate-then-deploy.json");

    // Quotes in expressions stay quotes.
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
        // The stand-in's images have no registry.
        var plain = planned.With(new Dictionary<string, string> { [$"localhost/{orders.Repository}"] = orders.Repository });
        foreach (var bake in plain.Stages.Where(s => s.Type == "bakeManifest"))
        {
            bake.Json["overrides"]!["image.repository"] = orders.Repository;
        }

        orders.Spinnaker.Save(plain);

        var execution = await orders.PushAsync(1);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(ExecutionStatus.Skipped, execution.Stage("Approve migration").Status);
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

        foreach (var (own, filled) in pipeline.Stages.Zip(planned.Stages, (a, b) => (a.Json, Filled(b.Json, planned.Json["templateVariables"]!))))
        {
            // Here a variable of the template, there a parameter; and a variable says how long the migration may take.
            foreach (var field in new[] { "stageEnabled", "overrideTimeout", "stageTimeoutMs" })
            {
                own.Remove(field);
                filled.Remove(field);
            }

            Assert.True(JsonNode.DeepEquals(own, filled), $"{own}\n{filled}");
        }

        Assert.Equal(pipeline.Stages.Count, planned.Stages.Count);
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
        var problem = Assert.Throws<RehearsalException>(() => Template.Plan(With(v => v["requireApproval"] = "no")));

        Assert.Contains("requireApproval (expected type 'bool' found \"no\")", problem.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> WrongTemplates => new()
    {
        { "\"Migrate then deploy\"", "\"Migrate, then deploy\"", "metadata.name 'Migrate, then deploy' may hold letters" },
        { "\"id\": \"migrate-then-deploy\"", "\"id\": \"migrate.then.deploy\"", "id without dots" },
        { "\"scopes\": [\"global\"]", "\"scopes\": []", "metadata.scopes is missing" },
        { "\"type\": \"int\"", "\"type\": \"integer\"", "has the type 'integer', which no value is of" },
        { "\"defaultValue\": false", "\"default\": false", "default is no field of the variable requireApproval" },
        { "\"schema\": \"v2\"", "\"schema\": \"1\"", "schema has to be v2" },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(WrongTemplates))]
    public async Task A_wrong_template_is_told_in_a_sentence(string right, string wrong, string sentence)
    {
        var text = await File.ReadAllTextAsync(s_file, TestContext.Current.CancellationToken);
        Assert.Contains(right, text, StringComparison.Ordinal);

        var problem = Assert.Throws<RehearsalException>(() => PipelineTemplate.Parse(text.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Contains(sentence, problem.Message, StringComparison.Ordinal);
    }

    /// <summary>A stage with the variables' values in their places; the rest is left to the execution.</summary>
    private static JsonObject Filled(JsonObject stage, JsonNode variables)
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
