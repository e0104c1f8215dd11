using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>The stages that bake the phases of the chart, and those that deploy the result.</summary>
internal static class PhaseStages
{
    /// <summary>Returns the stages that bake a phase.</summary>
    public static IEnumerable<StageConfig> Bakes(Pipeline pipeline, string phase) =>
        pipeline.Stages.Where(s => s.Type == "bakeManifest" && s.Json.Text("overrides", "phase") == phase);

    /// <summary>Returns the stages that deploy what another stage has baked.</summary>
    public static IEnumerable<StageConfig> Users(Pipeline pipeline, StageConfig bake) =>
        pipeline.Stages.Where(s => ArtifactCheck.ProducedArtifacts(bake).Any(a => a.Id == s.Json.Text("manifestArtifactId")));

    /// <summary>Returns the stages that deploy a phase.</summary>
    public static IEnumerable<StageConfig> Deploys(Pipeline pipeline, string phase) =>
        Bakes(pipeline, phase).SelectMany(b => Users(pipeline, b));
}
