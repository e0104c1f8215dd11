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
}
