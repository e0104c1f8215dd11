using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>Binds the artifacts that a stage produces. Source: <c>BindProducedArtifactsTask.java</c>.</summary>
internal static class BoundArtifacts
{
    /// <summary>Binds the stage's expected artifacts and adds them to its outputs for later stages.</summary>
    public static void Bind(StageExecution stage)
    {
        ExpectedArtifact[] expected = [.. stage.Context.Maps("expectedArtifacts").Select(ExpectedArtifact.FromJson)];
        if (expected.Length == 0)
        {
            return;
        }

        var bound = ArtifactResolver.Resolve(expected, stage.Artifacts, [], mustBeUnique: false);
        stage.Outputs["artifacts"] = new JsonArray([.. bound.Select(b => b.Bound!.ToJson())]);
        stage.Outputs["resolvedExpectedArtifacts"] = new JsonArray([.. bound.Select(b => b.ToJson())]);
    }
}
