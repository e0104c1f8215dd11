using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>Finds artifact ids that are not defined, or not yet defined when a stage uses them.</summary>
internal static class ArtifactCheck
{
    public static IEnumerable<string> Problems(Pipeline pipeline) =>
        PipelineProblems(pipeline).Concat(pipeline.Stages.SelectMany(s => StageProblems(s, pipeline)));

    /// <summary>Returns the ids of the artifacts that a stage uses.</summary>
    public static IEnumerable<string> UsedArtifactIds(StageConfig stage) =>
    [
        .. stage.Json.Maps("inputArtifacts").Select(i => i.Text("id")).OfType<string>(),
        .. stage.Json.Text("manifestArtifactId") is { } id ? [id] : Array.Empty<string>(),
        .. stage.Json.Texts("requiredArtifactIds"),
        .. stage.Json.Maps("requiredArtifacts").Select(r => r.Text("expectedArtifactId")).OfType<string>(),
    ];

    /// <summary>Returns the artifacts that a stage produces.</summary>
    public static IEnumerable<ExpectedArtifact> ProducedArtifacts(StageConfig stage) =>
        stage.Json.Maps("expectedArtifacts").Select(ExpectedArtifact.FromJson);

    private static IEnumerable<string> PipelineProblems(Pipeline pipeline)
    {
        var all = pipeline.ExpectedArtifacts.Concat(pipeline.Stages.SelectMany(ProducedArtifacts)).ToList();
        foreach (var duplicate in all.GroupBy(a => a.Id).Where(g => g.Count() > 1))
        {
            yield return $"The artifact id {duplicate.Key} is defined {duplicate.Count()} times.";
        }

        foreach (var artifact in all.Where(a => a.Match.Type.Length == 0))
        {
            yield return $"Artifact {artifact.Id}: matchArtifact.type is missing, so every artifact matches.";
        }

        foreach (var artifact in pipeline.ExpectedArtifacts.Where(a => !IsProvided(a, pipeline)))
        {
            yield return $"Artifact {artifact.Id} is never provided: no trigger lists it in expectedArtifactIds, and neither useDefaultArtifact nor usePriorArtifact is true.";
        }

        foreach (var artifact in pipeline.ExpectedArtifacts.Where(a => a.UsesDefault && a.Default is null))
        {
            yield return $"Artifact {artifact.Id}: useDefaultArtifact is true, but there is no defaultArtifact.";
        }
    }

    private static bool IsProvided(ExpectedArtifact artifact, Pipeline pipeline) =>
        artifact.UsesDefault
        || artifact.UsesPrior
        || pipeline.Triggers.Any(t => t.Texts("expectedArtifactIds").Contains(artifact.Id))
        // A pipeline trigger provides all artifacts of the other pipeline's execution (DependentPipelineStarter.groovy).
        || pipeline.Triggers.Any(t => t.Text("type") == "pipeline");

    private static IEnumerable<string> StageProblems(StageConfig stage, Pipeline pipeline)
    {
        var graph = new StageGraph(pipeline);
        foreach (var id in UsedArtifactIds(stage).Where(id => pipeline.ExpectedArtifacts.All(e => e.Id != id)))
        {
            var producer = pipeline.Stages.FirstOrDefault(s => ProducedArtifacts(s).Any(a => a.Id == id));
            if (producer is null)
            {
                var known = pipeline.ExpectedArtifacts.Concat(pipeline.Stages.SelectMany(ProducedArtifacts)).Select(a => a.Id);
                yield return $"Stage {stage} uses the undefined artifact {id}{Spelling.Hint(id, known)}";
            }
            else if (!graph.DependsOn(stage, producer))
            {
                yield return $"Stage {stage} uses artifact {id} of stage {producer}, but does not depend on that stage. Add {producer.RefId} to its requisiteStageRefIds.";
            }
        }
    }
}
