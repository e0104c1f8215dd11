using System.Text.Json;
using System.Text.Json.Nodes;
using Migrator.Rehearsal.Expressions;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Templates;

/// <summary>
/// A pipeline template (schema v2). Source: orca's <c>V2SchemaExecutionGenerator.java</c>, <c>V2Util.planPipeline</c>.
/// </summary>
public sealed class PipelineTemplate
{
    private readonly JsonObject _json;

    private PipelineTemplate(JsonObject json) => _json = json;

    /// <summary>The id. Configurations refer to the template as <c>spinnaker://ID</c>.</summary>
    public string Id => _json.Text("id") ?? "";

    /// <summary>Reads a template from a file.</summary>
    /// <exception cref="RehearsalException"><c>spin pipeline-templates save</c> would reject the template, or Spinnaker could not use it.</exception>
    public static PipelineTemplate Load(string path) => Parse(File.ReadAllText(path));

    /// <summary>Reads a template from a text.</summary>
    /// <exception cref="RehearsalException"><c>spin pipeline-templates save</c> would reject the template, or Spinnaker could not use it.</exception>
    public static PipelineTemplate Parse(string text)
    {
        var json = Pipeline.Parse(text).Json;
        string[] problems = [.. TemplateCheck.Problems(json)];
        return problems.Length == 0 ? new PipelineTemplate(json) : throw new RehearsalException(string.Join(Environment.NewLine, problems));
    }

    /// <summary>
    /// Returns the pipeline of a configuration. Evaluates all expressions except those of stages, which are evaluated when they start.
    /// </summary>
    /// <exception cref="RehearsalException">A variable has no value or a value of the wrong type, or the rehearsal does not support the configuration.</exception>
    public Pipeline Plan(Pipeline configuration)
    {
        var config = configuration.Json;
        if (config.Text("template", "reference") != $"spinnaker://{Id}")
        {
            throw new RehearsalException($"The configuration refers to the template {config.Text("template", "reference")}, not spinnaker://{Id}.");
        }

        if (config.Text("type") != "templatedPipeline")
        {
            // Source: echo's PipelineCache plans only configurations of this type.
            throw new RehearsalException("The configuration has no \"type\": \"templatedPipeline\", so no trigger would start it.");
        }

        if (config.Maps("stages").Any())
        {
            throw new RehearsalException("The rehearsal does not support stages in a configuration.");
        }

        var planned = ((JsonObject)_json["pipeline"]!).Copy();
        var stages = planned["stages"]?.DeepClone();
        planned.Remove("stages");
        planned["application"] = config.Text("application");
        planned["name"] = config.Text("name");
        planned["templateVariables"] = TemplateVariables.Resolve(_json.Maps("variables"), config["variables"] as JsonObject ?? []);
        Merge(planned, config, "notifications", "notifications");
        Merge(planned, config, "parameterConfig", "parameters");
        Merge(planned, config, "triggers", "triggers");
        var evaluated = Evaluate(planned);
        evaluated["stages"] = stages;
        return Pipeline.Parse(evaluated.ToJsonString(s_compact));
    }

    private static readonly JsonSerializerOptions s_compact = new() { WriteIndented = false };

    private static void Merge(JsonObject planned, JsonObject config, string name, string configName)
    {
        var own = config.Texts("exclude").Contains(configName) ? [] : planned.Maps(name).Select(m => m.Copy());
        planned[name] = new JsonArray([.. own, .. config.Maps(configName).Select(m => m.Copy())]);
    }

    private static JsonObject Evaluate(JsonObject planned)
    {
        List<string> failures = [];
        var variables = planned["templateVariables"]!.DeepClone();
        var evaluated = (JsonObject)TextTemplate.Evaluate(planned, TemplateVariables.ScopeOf(variables), failures)!;
        evaluated["templateVariables"] = variables;
        return failures.FirstOrDefault(f => f.Contains("templateVariables", StringComparison.Ordinal)) is { } failure
            ? throw new RehearsalException($"Missing template variable values for the following variables: {failure}")
            : evaluated;
    }
}
