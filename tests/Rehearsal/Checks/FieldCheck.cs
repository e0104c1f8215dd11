using System.Text.Json;
using System.Text.Json.Nodes;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>Fields that are missing, unknown, or of the wrong kind.</summary>
internal static class FieldCheck
{
    private static readonly string[] s_truths =
    [
        "failPipeline", "continuePipeline", "completeOtherBranchesThenFail", "failOnFailedExpressions", "rawOverrides",
        "evaluateOverrideExpressions", "includeCRDs", "skipExpressionEvaluation",
    ];

    private static readonly string[] s_needed = ["name", "application"];

    private static readonly string[] s_queue = ["limitConcurrent", "keepWaitingPipelines"];

    public static IEnumerable<string> Problems(Pipeline pipeline) =>
        OfPipeline(pipeline).Concat(pipeline.Stages.SelectMany(OfStage));

    private static IEnumerable<string> OfPipeline(Pipeline pipeline)
    {
        foreach (var needed in s_needed.Where(n => string.IsNullOrEmpty(pipeline.Json.Text(n))))
        {
            yield return $"The pipeline has no {needed}.";
        }

        foreach (var name in Unknown(pipeline.Json, StageFields.Pipeline))
        {
            yield return $"The pipeline has a field {name}, which Spinnaker does not know{Spelling.Hint(name, StageFields.Pipeline)}";
        }

        if (pipeline.Json.Text("spelEvaluator") != "v4")
        {
            yield return "spelEvaluator is not v4: expressions would be evaluated before the stages that they speak of have run.";
        }

        foreach (var name in s_queue.Where(n => !pipeline.Json.IsTrue(n)))
        {
            yield return name == "limitConcurrent"
                ? "limitConcurrent is not true: two executions could deploy at once, and the older image could come last."
                : "keepWaitingPipelines is not true: an execution that waits is canceled when a newer one comes, without its migrations.";
        }
    }

    private static IEnumerable<string> OfStage(StageConfig stage)
    {
        if (!StageFields.ByType.TryGetValue(stage.Type, out var fields))
        {
            yield return $"Stage {stage}: type '{stage.Type}' is not one that is rehearsed{Spelling.Hint(stage.Type, StageFields.ByType.Keys)}";
            yield break;
        }

        foreach (var missing in fields.Required.Where(f => IsEmpty(stage.Json[f])))
        {
            yield return $"Stage {stage}: {missing} is missing.";
        }

        string[] known = [.. StageFields.Common, .. fields.Required, .. fields.Optional];
        foreach (var name in Unknown(stage.Json, known))
        {
            yield return $"Stage {stage}: {name} is no field of {stage.Type}{Spelling.Hint(name, known)}";
        }

        foreach (var name in s_truths.Where(t => stage.Json[t] is JsonValue value && value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False)))
        {
            yield return $"Stage {stage}: {name} has to be true or false, not {stage.Json[name]!.ToJsonString()}.";
        }

        foreach (var problem in OfType(stage))
        {
            yield return $"Stage {stage}: {problem}";
        }
    }

    private static IEnumerable<string> OfType(StageConfig stage)
    {
        var json = stage.Json;
        switch (stage.Type)
        {
            case "deployManifest" when string.IsNullOrEmpty(json.Text("moniker", "app")):
                yield return "moniker.app is missing: everything that Spinnaker deploys belongs to an application.";
                break;
            case "runJobManifest" when json.Text("alias") != "runJob":
                yield return "alias has to be runJob: Orca knows no runJobManifest.";
                break;
            case "undoRolloutManifest" when json["numRevisionsBack"] is null && json["revision"] is null:
                yield return "numRevisionsBack is missing.";
                break;
        }

        if (stage.Type is "deployManifest" or "runJobManifest")
        {
            if (json.Text("source") is not ("artifact" or "text"))
            {
                yield return $"source has to be artifact or text, not '{json.Text("source")}'.";
            }
            else if (json.Text("source") == "artifact" && json["manifestArtifactId"] is null && json["manifestArtifact"] is null)
            {
                yield return "manifestArtifactId is missing, and source is artifact.";
            }
        }

        if (json["stageEnabled"] is { } condition && (condition.Text("type") != "expression" || string.IsNullOrWhiteSpace(condition.Text("expression"))))
        {
            yield return "stageEnabled needs type expression and an expression; as it is, the stage always runs.";
        }
    }

    private static bool IsEmpty(JsonNode? node) => node switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        _ => node.Text() is "",
    };

    private static IEnumerable<string> Unknown(JsonObject json, IEnumerable<string> known) =>
        json.Select(e => e.Key).Except(known);
}
