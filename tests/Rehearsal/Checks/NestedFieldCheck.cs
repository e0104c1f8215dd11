using System.Text.Json.Nodes;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>Finds unknown fields in the objects inside pipelines and stages.</summary>
internal static class NestedFieldCheck
{
    public static IEnumerable<string> Problems(Pipeline pipeline) =>
    [
        .. Artifacts("The pipeline", pipeline.Json),
        .. Unknown("The pipeline", "a parameter", pipeline.Parameters, NestedFields.Parameter),
        .. pipeline.Triggers.SelectMany(Trigger),
        .. pipeline.Stages.SelectMany(s => Stage($"Stage {s}", s.Json)),
    ];

    private static IEnumerable<string> Trigger(JsonObject trigger)
    {
        var type = trigger.Text("type") ?? "";
        return NestedFields.Trigger.TryGetValue(type, out var known)
            ? Unknown("The pipeline", $"a {type} trigger", [trigger], known)
            : [];
    }

    private static IEnumerable<string> Stage(string owner, JsonObject stage) =>
    [
        .. Artifacts(owner, stage),
        .. Unknown(owner, "an input artifact", stage.Maps("inputArtifacts"), NestedFields.InputArtifact),
        .. Unknown(owner, "an artifact", stage.Maps("inputArtifacts").Select(i => i["artifact"]).OfType<JsonObject>(), NestedFields.Artifact),
        .. Unknown(owner, "stageEnabled", Single(stage["stageEnabled"]), NestedFields.StageEnabled),
        .. Unknown(owner, "the moniker", Single(stage["moniker"]), NestedFields.Moniker),
        .. Unknown(owner, "a precondition", stage.Maps("preconditions"), NestedFields.Precondition),
        .. Unknown(owner, "a label selector", stage.Maps("labelSelectors", "selectors"), NestedFields.Selector),
    ];

    private static IEnumerable<string> Artifacts(string owner, JsonObject json)
    {
        JsonObject[] expected = [.. json.Maps("expectedArtifacts")];
        return Unknown(owner, "an expected artifact", expected, NestedFields.ExpectedArtifact)
            .Concat(Unknown(
                owner,
                "an artifact",
                expected.SelectMany(e => Single(e["matchArtifact"]).Concat(Single(e["defaultArtifact"]))),
                NestedFields.Artifact));
    }

    private static IEnumerable<JsonObject> Single(JsonNode? node) => node is JsonObject map ? [map] : [];

    private static IEnumerable<string> Unknown(
        string owner, string what, IEnumerable<JsonObject> objects, IReadOnlyList<string> known) =>
        objects.SelectMany(t => t.Select(e => e.Key)).Except(known)
            .Select(name => $"{owner}: unknown field {name} in {what}{Spelling.Hint(name, known)}");
}
