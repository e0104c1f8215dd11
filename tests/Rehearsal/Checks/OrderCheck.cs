using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Checks;

/// <summary>
/// The guarantee itself: the application is deployed only after its migration succeeded. Within one Deploy (Manifest)
/// there is no order: a Job and a Deployment have the same priority, and all is applied before anything is waited for.
/// </summary>
internal static class OrderCheck
{
    public static IEnumerable<string> Problems(Pipeline pipeline)
    {
        foreach (var whole in Bakes(pipeline, "all").Concat(pipeline.Stages.Where(s => s.Type == "bakeManifest" && s.Json.Text("overrides", "phase") is null)))
        {
            yield return $"Stage {whole} bakes the chart as a whole, but Spinnaker runs no Helm hooks: bake phase=migrate and phase=deploy, each for itself.";
        }

        var migrations = Bakes(pipeline, "migrate").SelectMany(b => Users(pipeline, b)).ToList();
        foreach (var bake in Bakes(pipeline, "migrate").Concat(Bakes(pipeline, "rollback")))
        {
            foreach (var job in Users(pipeline, bake))
            {
                foreach (var problem in OfJob(job).Concat(OfImage(job, HasImageOfItsOwn(bake))))
                {
                    yield return $"Stage {job}: {problem}";
                }
            }
        }

        foreach (var bake in Bakes(pipeline, "deploy"))
        {
            foreach (var problem in Users(pipeline, bake).SelectMany(d => OfDeployment(pipeline, bake, d, migrations)))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<string> OfDeployment(
        Pipeline pipeline, StageConfig bake, StageConfig deployment, IReadOnlyList<StageConfig> migrations)
    {
        var graph = new StageGraph(pipeline);
        var before = migrations.Where(m => graph.DependsOn(deployment, m)).ToList();
        if (before.Count == 0)
        {
            yield return $"Stage {deployment} deploys the application, but does not depend on a stage that migrates: it would not wait for the migration.";
        }

        foreach (var migration in before)
        {
            if (!graph.DependsOn(migration, bake))
            {
                yield return $"Stage {migration} does not depend on {bake}: the database would be migrated for an application that cannot be baked.";
            }

            if (migration.Json["stageEnabled"] is not null)
            {
                yield return $"Stage {migration} has a condition (stageEnabled): skipped, it would let {deployment} go on without the migration.";
            }

            if (migration.Json.Texts("requiredArtifactIds").Count > 0 && !migration.Json.Texts("requiredArtifactIds").Order().SequenceEqual(deployment.Json.Texts("requiredArtifactIds").Order()))
            {
                yield return $"Stages {migration} and {deployment} require different artifacts: the migration could be that of another image.";
            }
        }
    }

    private static IEnumerable<string> OfJob(StageConfig stage)
    {
        if (stage.Json.IsTrue("continuePipeline"))
        {
            yield return "continuePipeline is true: the pipeline would go on after a failed Job.";
        }

        if (stage.Json.Text("waitForCompletion")?.ToUpperInvariant() == "FALSE")
        {
            yield return "waitForCompletion is false: the pipeline would go on while the Job runs.";
        }

        if (stage.Json.Maps("labelSelectors", "selectors").Any())
        {
            yield return "labelSelectors keep the Job from being recreated: kubectl refuses a name together with a selector, and Spinnaker swallows that. The migration would not run again.";
        }
    }

    /// <summary>A required artifact that no manifest names fails the stage (KubernetesDeployManifestOperation.java).</summary>
    private static IEnumerable<string> OfImage(StageConfig stage, bool hasImageOfItsOwn) =>
        (stage.Json.Texts("requiredArtifactIds").Count == 0, hasImageOfItsOwn) switch
        {
            (true, false) =>
            [
                "requiredArtifactIds is empty: the Job would run whatever image the execution happens to know, or the baked one. "
                + "If the Job has an image of its own, say so with the override migration.image.repository of its bake.",
            ],
            (false, true) =>
            [
                "requiredArtifactIds names an image, but the Job has another (migration.image.repository): it could not be bound, and the stage would fail.",
            ],
            _ => [],
        };

    private static bool HasImageOfItsOwn(StageConfig bake) => bake.Json.At("overrides", "migration.image.repository") is not null;

    private static IEnumerable<StageConfig> Bakes(Pipeline pipeline, string phase) =>
        pipeline.Stages.Where(s => s.Type == "bakeManifest" && s.Json.Text("overrides", "phase") == phase);

    private static IEnumerable<StageConfig> Users(Pipeline pipeline, StageConfig bake) =>
        pipeline.Stages.Where(s => ArtifactCheck.Made(bake).Any(a => a.Id == s.Json.Text("manifestArtifactId")));
}
