using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>Ids that stand for nothing, or for nothing yet.</summary>
internal static class ArtifactCheck
{
    public static IEnumerable<string> Problems(Pipeline pipeline) =>
        OfPipeline(pipeline).Concat(pipeline.Stages.SelectMany(s => OfStage(s, pipeline)));

    /// <summary>The ids of artifacts that a stage works with.</summary>
    public static IEnumerable<string> Used(StageConfig stage) =>
    [
        .. stage.Json.Maps("inputArtifacts").Select(i => i.Text("id")).OfType<string>(),
        .. stage.Json.Text("manifestArtifactId") is { } id ? [id] : Array.Empty<string>(),
        .. stage.Json.Texts("requiredArtifactIds"),
        .. stage.Json.Maps("requiredArtifacts").Select(r => r.Text("expectedArtifactId")).OfType<string>(),
    ];

    /// <summary>The ids of artifacts that a stage makes.</summary>
    public static IEnumerable<ExpectedArtifact> Made(StageConfig stage) =>
        stage.Json.Maps("expectedArtifacts").Select(ExpectedArtifact.FromJson);

    private static IEnumerable<string> OfPipeline(Pipeline pipeline)
    {
        var all = pipeline.ExpectedArtifacts.Concat(pipeline.Stages.SelectMany(Made)).ToList();
        foreach (var twice in all.GroupBy(a => a.Id).Where(g => g.Count() > 1))
        {
            yield return $"The artifact id {twice.Key} is defined {twice.Count()} times.";
        }

        foreach (var artifact in all.Where(a => a.Match.Type.Length == 0))
        {
            yield return $"Artifact {artifact.Id}: matchArtifact.type is missing, so it matches whatever comes.";
        }

        foreach (var artifact in pipeline.ExpectedArtifacts.Where(a => !Comes(a, pipeline)))
        {
            yield return $"Artifact {artifact.Id} never comes: no trigger lists it in expectedArtifactIds, and it has neither a default nor a prior one.";
        }

        foreach (var artifact in pipeline.ExpectedArtifacts.Where(a => a.UsesDefault && a.Default is null))
        {
            yield return $"Artifact {artifact.Id}: useDefaultArtifact is true, but there is no defaultArtifact.";
        }
    }

    private static bool Comes(ExpectedArtifact artifact, Pipeline pipeline) =>
        artifact.UsesDefault
        || artifact.UsesPrior
        || pipeline.Triggers.Any(t => t.Texts("expectedArtifactIds").Contains(artifact.Id))
        // The end of another pipeline brings all that it had (DependentPipelineStarter.groovy).
        || pipeline.Triggers.Any(t => t.Text("type") == "pipeline");

    private static IEnumerable<string> OfStage(StageConfig stage, Pipeline pipeline)
    {
        var graph = new StageGraph(pipeline);
        foreach (var id in Used(stage).Where(id => pipeline.ExpectedArtifacts.All(e => e.Id != id)))
        {
            var maker = pipeline.Stages.FirstOrDefault(s => Made(s).Any(a => a.Id == id));
            if (maker is null)
            {
                var known = pipeline.ExpectedArtifacts.Concat(pipeline.Stages.SelectMany(Made)).Select(a => a.Id);
                yield return $"Stage {stage} uses artifact {id}, which nothing defines{Spelling.Hint(id, known)}";
            }
            else if (!graph.DependsOn(stage, maker))
            {
                yield return $"Stage {stage} uses artifact {id}, which stage {maker} makes, but does not depend on it: add {maker.RefId} to its requisiteStageRefIds.";
            }
        }
    }
}
