using System.Text.Json.Nodes;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>Unknown fields of the things inside pipelines and stages.</summary>
internal static class InnerFieldCheck
{
    public static IEnumerable<string> Problems(Pipeline pipeline) =>
    [
        .. Artifacts("The pipeline", pipeline.Json),
        .. Unknown("The pipeline", "a parameter", pipeline.Parameters, InnerFields.Parameter),
        .. pipeline.Triggers.SelectMany(Trigger),
        .. pipeline.Stages.SelectMany(s => Stage($"Stage {s}", s.Json)),
    ];

    private static IEnumerable<string> Trigger(JsonObject trigger)
    {
        var type = trigger.Text("type") ?? "";
        return InnerFields.Trigger.TryGetValue(type, out var known)
            ? Unknown("The pipeline", $"a {type} trigger", [trigger], known)
            : [];
    }

    private static IEnumerable<string> Stage(string who, JsonObject stage) =>
    [
        .. Artifacts(who, stage),
        .. Unknown(who, "an input artifact", stage.Maps("inputArtifacts"), InnerFields.InputArtifact),
        .. Unknown(who, "an artifact", stage.Maps("inputArtifacts").Select(i => i["artifact"]).OfType<JsonObject>(), InnerFields.Artifact),
        .. Unknown(who, "stageEnabled", Single(stage["stageEnabled"]), InnerFields.StageEnabled),
        .. Unknown(who, "the moniker", Single(stage["moniker"]), InnerFields.Moniker),
        .. Unknown(who, "a precondition", stage.Maps("preconditions"), InnerFields.Precondition),
        .. Unknown(who, "a label selector", stage.Maps("labelSelectors", "selectors"), InnerFields.Selector),
    ];

    private static IEnumerable<string> Artifacts(string who, JsonObject json)
    {
        JsonObject[] expected = [.. json.Maps("expectedArtifacts")];
        return Unknown(who, "an expected artifact", expected, InnerFields.ExpectedArtifact)
            .Concat(Unknown(
                who,
                "an artifact",
                expected.SelectMany(e => Single(e["matchArtifact"]).Concat(Single(e["defaultArtifact"]))),
                InnerFields.Artifact));
    }

    private static IEnumerable<JsonObject> Single(JsonNode? node) => node is JsonObject map ? [map] : [];

    private static IEnumerable<string> Unknown(
        string who, string what, IEnumerable<JsonObject> things, IReadOnlyList<string> known) =>
        things.SelectMany(t => t.Select(e => e.Key)).Except(known)
            .Select(name => $"{who}: {name} is no field of {what}{Spelling.Hint(name, known)}");
}
