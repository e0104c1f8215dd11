using System.Text.Json;
using System.Text.Json.Nodes;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>Finds fields that are missing, unknown, or of the wrong type.</summary>
internal static class FieldCheck
{
    private static readonly string[] s_booleanFields =
    [
        "failPipeline", "continuePipeline", "completeOtherBranchesThenFail", "failOnFailedExpressions", "rawOverrides",
        "evaluateOverrideExpressions", "includeCRDs", "skipExpressionEvaluation",
    ];

    private static readonly string[] s_requiredFields = ["name", "application"];

    private static readonly string[] s_queueFields = ["limitConcurrent", "keepWaitingPipelines"];

    public static IEnumerable<string> Problems(Pipeline pipeline) =>
        PipelineProblems(pipeline).Concat(pipeline.Stages.SelectMany(StageProblems));

    private static IEnumerable<string> PipelineProblems(Pipeline pipeline)
    {
        foreach (var required in s_requiredFields.Where(n => string.IsNullOrEmpty(pipeline.Json.Text(n))))
        {
            yield return $"The pipeline has no {required}.";
        }

        foreach (var name in Unknown(pipeline.Json, StageFields.Pipeline))
        {
            yield return $"The pipeline has the unknown field {name}{Spelling.Hint(name, StageFields.Pipeline)}";
        }

        if (pipeline.Json.Text("spelEvaluator") != "v4")
        {
            yield return "spelEvaluator is not v4: Spinnaker would evaluate expressions before the stages that they refer to have run.";
        }

        foreach (var name in s_queueFields.Where(n => !pipeline.Json.IsTrue(n)))
        {
            yield return name == "limitConcurrent"
                ? "limitConcurrent is not true: two executions could deploy at the same time, and the older image could be deployed last."
                : "keepWaitingPipelines is not true: when a newer execution is queued, Spinnaker cancels the waiting one, and its migrations do not run.";
        }
    }

    private static IEnumerable<string> StageProblems(StageConfig stage)
    {
        if (!StageFields.ByType.TryGetValue(stage.Type, out var fields))
        {
            yield return $"Stage {stage}: the rehearsal does not support the type '{stage.Type}'{Spelling.Hint(stage.Type, StageFields.ByType.Keys)}";
            yield break;
        }

        foreach (var missing in fields.Required.Where(f => IsEmpty(stage.Json[f])))
        {
            yield return $"Stage {stage}: {missing} is missing.";
        }

        string[] known = [.. StageFields.Common, .. fields.Required, .. fields.Optional];
        foreach (var name in Unknown(stage.Json, known))
        {
            yield return $"Stage {stage}: unknown field {name} in {stage.Type}{Spelling.Hint(name, known)}";
        }

        foreach (var name in s_booleanFields.Where(t => stage.Json[t] is JsonValue value && value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False)))
        {
            yield return $"Stage {stage}: {name} must be true or false, not {stage.Json[name]!.ToJsonString()}.";
        }

        foreach (var problem in TypeProblems(stage))
        {
            yield return $"Stage {stage}: {problem}";
        }
    }

    private static IEnumerable<string> TypeProblems(StageConfig stage)
    {
        var json = stage.Json;
        switch (stage.Type)
        {
            case "deployManifest" when string.IsNullOrEmpty(json.Text("moniker", "app")):
                yield return "moniker.app is missing: every object that Spinnaker deploys must belong to an application.";
                break;
            case "runJobManifest" when json.Text("alias") != "runJob":
                yield return "alias must be runJob: Orca has no stage type runJobManifest.";
                break;
            case "undoRolloutManifest" when json["numRevisionsBack"] is null && json["revision"] is null:
                yield return "numRevisionsBack is missing.";
                break;
            case "undoRolloutManifest" when json["numRevisionsBack"] is not null:
                yield return "numRevisionsBack counts revisions that failed, too: after an automatic rollback, it deploys the failed version again. Deploy the older version by its tag.";
                break;
        }

        if (stage.Type is "deployManifest" or "runJobManifest")
        {
            if (json.Text("source") is not ("artifact" or "text"))
            {
                yield return $"source must be artifact or text, not '{json.Text("source")}'.";
            }
            else if (json.Text("source") == "artifact" && json["manifestArtifactId"] is null && json["manifestArtifact"] is null)
            {
                yield return "manifestArtifactId is missing. It is required if source is artifact.";
            }
        }

        if (json["stageEnabled"] is { } condition && (condition.Text("type") != "expression" || string.IsNullOrWhiteSpace(condition.Text("expression"))))
        {
            yield return "stageEnabled needs the type expression and an expression. Without them, the stage always runs.";
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
