using Migrator.Rehearsal.Pipelines;
using Migrator.Rehearsal.Stages;
using static Migrator.Rehearsal.Checks.PhaseStages;

namespace Migrator.Rehearsal.Checks;

/// <summary>
/// Checks that the application is deployed only after its migration has succeeded. One Deploy (Manifest) stage cannot keep
/// this order: a Job and a Deployment have the same priority, and Spinnaker applies all objects before it waits for any.
/// </summary>
internal static class OrderCheck
{
    private static readonly string[] s_jobPhases = ["migrate", "rollback", "contract"];

    public static IEnumerable<string> Problems(Pipeline pipeline)
    {
        foreach (var unsplit in Bakes(pipeline, "all").Concat(pipeline.Stages.Where(s => s.Type == "bakeManifest" && s.Json.Text("overrides", "phase") is null)))
        {
            yield return $"Stage {unsplit} bakes the whole chart, but Spinnaker does not run Helm hooks. Bake phase=migrate and phase=deploy in separate stages.";
        }

        var migrations = Deploys(pipeline, "migrate").ToList();
        foreach (var bake in s_jobPhases.SelectMany(phase => Bakes(pipeline, phase)))
        {
            foreach (var job in Users(pipeline, bake))
            {
                foreach (var problem in JobProblems(job).Concat(ImageProblems(job, HasSeparateImage(bake))))
                {
                    yield return $"Stage {job}: {problem}";
                }
            }
        }

        // A rollback deploys a version whose migrations are applied already.
        bool isRollback = !Bakes(pipeline, "migrate").Any() && Bakes(pipeline, "rollback").Any();
        foreach (var bake in Bakes(pipeline, "deploy"))
        {
            if (isRollback)
            {
                foreach (var deployment in Users(pipeline, bake).Where(CanReplaceImage))
                {
                    yield return $"Stage {deployment}: Spinnaker replaces the baked image by an artifact of the same name from the trigger or an earlier stage. Set enableArtifactBinding to false.";
                }

                continue;
            }

            foreach (var problem in Users(pipeline, bake).SelectMany(d => DeploymentProblems(pipeline, bake, d, migrations)))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<string> DeploymentProblems(
        Pipeline pipeline, StageConfig bake, StageConfig deployment, IReadOnlyList<StageConfig> migrations)
    {
        var graph = new StageGraph(pipeline);
        var before = migrations.Where(m => graph.DependsOn(deployment, m)).ToList();
        if (before.Count == 0)
        {
            yield return $"Stage {deployment} deploys the application, but does not depend on a stage that migrates the database. It would not wait for the migration.";
        }

        foreach (var migration in before)
        {
            if (!graph.DependsOn(migration, bake))
            {
                yield return $"Stage {migration} does not depend on {bake}. The database would be migrated even if the application cannot be baked.";
            }

            if (migration.Json["stageEnabled"] is not null)
            {
                yield return $"Stage {migration} has a condition (stageEnabled). If the stage is skipped, {deployment} runs without the migration.";
            }

            if (migration.Json.Texts("requiredArtifactIds").Count > 0 && !migration.Json.Texts("requiredArtifactIds").Order().SequenceEqual(deployment.Json.Texts("requiredArtifactIds").Order()))
            {
                yield return $"Stages {migration} and {deployment} require different artifacts. The migration and the application could come from different images.";
            }
        }
    }

    private static IEnumerable<string> JobProblems(StageConfig stage)
    {
        if (stage.Json.IsTrue("continuePipeline"))
        {
            yield return "continuePipeline is true: the pipeline would continue after a failed Job.";
        }

        if (stage.Json.Text("waitForCompletion")?.ToUpperInvariant() == "FALSE")
        {
            yield return "waitForCompletion is false: the pipeline would continue while the Job is still running.";
        }

        if (stage.Json.Maps("labelSelectors", "selectors").Any())
        {
            yield return "labelSelectors prevent Spinnaker from recreating the Job: kubectl rejects a delete by name and selector, and Spinnaker ignores this error. The migration would not run again.";
        }
    }

    private static bool CanReplaceImage(StageConfig stage) =>
        stage.Json.Texts("requiredArtifactIds").Count == 0 && ManifestSource.BindsArtifacts(stage.Json);

    /// <summary>Checks the required image. A required artifact that no manifest uses fails the stage (KubernetesDeployManifestOperation.java).</summary>
    private static IEnumerable<string> ImageProblems(StageConfig stage, bool hasSeparateImage) =>
        (stage.Json.Texts("requiredArtifactIds").Count == 0, hasSeparateImage) switch
        {
            _ when !ManifestSource.BindsArtifacts(stage.Json) => [],
            (true, false) =>
            [
                "requiredArtifactIds is empty: the Job would run any matching image of the execution, or the baked image. "
                + "If the Job has a separate image, set the override migration.image.repository in its bake.",
            ],
            (false, true) =>
            [
                "requiredArtifactIds requires an image, but the Job uses a separate image (migration.image.repository). The required image could not be bound, and the stage would fail.",
            ],
            _ => [],
        };

    private static bool HasSeparateImage(StageConfig bake) => bake.Json.At("overrides", "migration.image.repository") is not null;
}
