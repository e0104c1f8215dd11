using System.Text.Json.Nodes;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Deployment.Tests.Spinnaker.Support;

/// <summary>What somebody changes in a pipeline.</summary>
internal static class Edits
{
    /// <summary>A stage's JSON, by the stage's name.</summary>
    public static JsonObject Stage(this Pipeline pipeline, string name) =>
        pipeline.Stages.Single(s => s.Name == name).Json;

    /// <summary>Adds an override to a bake.</summary>
    public static void Override(this Pipeline pipeline, string bake, string name, string value) =>
        pipeline.Stage(bake)["overrides"]!.AsObject()[name] = value;

    /// <summary>Lets the Deployment never become ready, which it says within seconds.</summary>
    public static void NeverReady(this Pipeline pipeline)
    {
        pipeline.Override("Bake application", "app.readinessProbe.httpGet.path", "/nowhere");
        pipeline.Override("Bake application", "app.progressDeadlineSeconds", "6");
        pipeline.Override("Bake application", "gate.timeout", "3s");
    }

    /// <summary>Lets Job and gate run one repeatable script that stands in the values, instead of those of the image.</summary>
    public static void InlineScript(this Pipeline pipeline, string sql)
    {
        foreach (var bake in pipeline.Stages.Where(s => s.Type == "bakeManifest").Select(s => s.Name))
        {
            pipeline.Override(bake, "migration.dir", "/migrations");
            pipeline.Override(bake, "migration.scripts.inline.R__notes\\.sql", sql);
        }
    }

    /// <summary>Lets the Job run in an image of its own, which the pipeline's image is not to replace.</summary>
    public static void ImageOfItsOwn(this Pipeline pipeline, string repository, string tag)
    {
        foreach (var bake in pipeline.Stages.Where(s => s.Type == "bakeManifest").Select(s => s.Name))
        {
            pipeline.Override(bake, "migration.image.repository", repository);
            pipeline.Override(bake, "migration.image.tag", tag);
            pipeline.Override(bake, "migration.command", "{migrate}");
        }

        pipeline.Stage("Migrate").Remove("requiredArtifactIds");
    }
}
