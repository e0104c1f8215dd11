using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Migrator.Rehearsal;
using Migrator.Rehearsal.Execution;

namespace Migrator.Deployment.Tests.Spinnaker.Support;

/// <summary>
/// Reduces an execution of the rehearsal to the form of the files in <c>Recordings/</c>, whose README describes it.
/// </summary>
internal static partial class ReducedExecution
{
    private const string Waiting = ": waiting for manifest to stabilize";

    private static readonly string[] s_artifactFields = ["type", "name", "location", "reference", "version"];
    private static readonly string[] s_sources = ["secretKeyRef", "configMapKeyRef"];

    /// <summary>Reduces an execution.</summary>
    public static JsonObject Of(PipelineExecution execution) => new()
    {
        ["pipeline"] = execution.Pipeline.Name,
        ["status"] = execution.Status.ToSpinnakerName(),
        ["trigger"] = With(
            new JsonObject { ["type"] = execution.Trigger.Type },
            ("tag", execution.Trigger.Tag),
            ("parameters", execution.Trigger.ToJson()["parameters"]?.DeepClone())),
        ["stages"] = new JsonArray([.. execution.Stages.Select(Stage)]),
    };

    private static JsonObject Stage(StageExecution stage) => With(
        new JsonObject
        {
            ["refId"] = stage.Config.RefId,
            ["name"] = stage.Config.Name,
            ["type"] = stage.Config.Type,
            ["status"] = stage.Status.ToSpinnakerName(),
            ["tasks"] = new JsonArray([.. stage.Tasks.Select(t => (JsonNode)t.ToString())]),
        },
        ("errors", Texts(stage.Context.Texts("exception", "details", "errors"))),
        ("messages", Texts(stage.Context.Texts("messages").Where(m => !m.EndsWith(Waiting, StringComparison.Ordinal)))),
        ("jobStatus", stage.Context["jobStatus"]?.DeepClone() is JsonObject status ? With([], [.. status.Select(e => (e.Key, e.Value?.DeepClone()))]) : null),
        ("createdArtifacts", Artifacts(stage, "outputs.createdArtifacts")),
        ("boundArtifacts", Artifacts(stage, "outputs.boundArtifacts")),
        ("manifestNames", stage.Outputs["outputs.manifestNamesByNamespace"]?.AsObject().Single().Value?.DeepClone()),
        ("applied", stage.Outputs.ContainsKey("outputs.manifests")
            ? new JsonArray([.. stage.Outputs.Maps("outputs.manifests").OrderBy(m => m.Text("kind"), StringComparer.Ordinal).Select(Applied)])
            : null));

    private static JsonObject Applied(JsonObject manifest)
    {
        var reduced = new JsonObject
        {
            ["kind"] = manifest.Text("kind"),
            ["name"] = manifest.Text("metadata", "name"),
            ["annotations"] = Select(manifest.At("metadata", "annotations"), SpinnakerAnnotation().IsMatch),
            ["labels"] = Select(manifest.At("metadata", "labels"), name => !OtherLabel().IsMatch(name)),
        };
        if (manifest.At("spec", "template") is not { } template)
        {
            return reduced;
        }

        JsonObject[] containers = [.. template.Maps("spec", "initContainers"), .. template.Maps("spec", "containers")];
        reduced["templateAnnotations"] = Select(template.At("metadata", "annotations"), SpinnakerAnnotation().IsMatch);
        reduced["templateLabels"] = Select(template.At("metadata", "labels"), name => !OtherLabel().IsMatch(name));
        reduced["images"] = new JsonObject(containers.Select(c => KeyValuePair.Create(c.Text("name")!, c["image"]?.DeepClone())));
        reduced["references"] = new JsonObject(
            from container in containers
            from variable in container.Maps("env")
            from source in s_sources
            let name = variable.At("valueFrom", source, "name")
            where name is not null
            select KeyValuePair.Create($"{container.Text("name")}.{variable.Text("name")}", (JsonNode?)name.DeepClone()));
        return reduced;
    }

    private static JsonArray? Artifacts(StageExecution stage, string output) => stage.Outputs.ContainsKey(output)
        ? new JsonArray([.. stage.Outputs.Maps(output).Select(a => With(
            [], [.. s_artifactFields.Select(k => (k, a.Text(k) is { Length: > 0 } text ? (JsonNode)text : null))]))])
        : null;

    private static JsonObject Select(JsonNode? map, Func<string, bool> isWanted) =>
        new((map as JsonObject ?? []).Where(e => isWanted(e.Key)).Select(e => KeyValuePair.Create(e.Key, e.Value?.DeepClone())));

    private static JsonArray? Texts(IEnumerable<string> texts) => texts.Any() ? new JsonArray([.. texts.Select(t => (JsonNode)t)]) : null;

    private static JsonObject With(JsonObject map, params ReadOnlySpan<(string Key, JsonNode? Value)> entries)
    {
        foreach (var (key, value) in entries)
        {
            if (value is not null)
            {
                map[key] = value;
            }
        }

        return map;
    }

    [GeneratedRegex(@"^(artifact|moniker|strategy)\.spinnaker\.io/")]
    private static partial Regex SpinnakerAnnotation();

    /// <summary>Labels of Kubernetes' Job controller, and the version of the chart, which changes with each release.</summary>
    [GeneratedRegex(@"^((batch\.kubernetes\.io/)?(job-name|controller-uid)|helm\.sh/chart)$")]
    private static partial Regex OtherLabel();
}
