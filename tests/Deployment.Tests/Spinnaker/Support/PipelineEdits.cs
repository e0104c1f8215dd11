using System.Text.Json.Nodes;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Deployment.Tests.Spinnaker.Support;

/// <summary>Edits of pipelines for tests.</summary>
internal static class PipelineEdits
{
    /// <summary>Returns the JSON of a stage.</summary>
    public static JsonObject Stage(this Pipeline pipeline, string name) =>
        pipeline.Stages.Single(s => s.Name == name).Json;

    /// <summary>Adds an override to a bake stage.</summary>
    public static void Override(this Pipeline pipeline, string bake, string name, string value) =>
        pipeline.Stage(bake)["overrides"]!.AsObject()[name] = value;

    /// <summary>Makes the Deployment fail within seconds, because its pods never become ready.</summary>
    public static void MakeDeploymentNeverReady(this Pipeline pipeline, string bake = "Bake application")
    {
        pipeline.Override(bake, "app.readinessProbe.httpGet.path", "/nowhere");
        pipeline.Override(bake, "app.progressDeadlineSeconds", "6");
        pipeline.Override(bake, "gate.timeout", "3s");
    }

    /// <summary>Makes the Job and the gate use one inline repeatable script from the values instead of the image's scripts.</summary>
    public static void UseInlineScript(this Pipeline pipeline, string sql) => pipeline.UseInlineScripts(("R__notes.sql", sql));

    /// <summary>Makes the Jobs and the gate use inline scripts from the values instead of the image's scripts.</summary>
    public static void UseInlineScripts(this Pipeline pipeline, params IEnumerable<(string Name, string Sql)> scripts)
    {
        foreach (var bake in pipeline.Stages.Where(s => s.Type == "bakeManifest").Select(s => s.Name))
        {
            pipeline.Override(bake, "migration.dir", "/migrations");
            foreach (var (name, sql) in scripts)
            {
                pipeline.Override(bake, $"migration.scripts.inline.{name.Replace(".", "\\.", StringComparison.Ordinal)}", sql);
            }
        }
    }

    /// <summary>Makes the Job use a separate image that the triggering image does not replace.</summary>
    public static void UseSeparateMigrationImage(this Pipeline pipeline, string repository, string tag)
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
