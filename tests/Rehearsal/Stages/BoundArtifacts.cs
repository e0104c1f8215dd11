using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>What a stage says to produce. Source: <c>BindProducedArtifactsTask.java</c>.</summary>
internal static class BoundArtifacts
{
    /// <summary>Finds the stage's expected artifacts among all that it knows of, and hands them to the stages after it.</summary>
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
