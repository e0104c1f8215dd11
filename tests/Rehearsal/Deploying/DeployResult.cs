using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Deploying;

/// <summary>The result of a deployment.</summary>
/// <param name="Manifests">The objects as the API server stores them, in the order in which they were applied.</param>
/// <param name="Created">The same objects as artifacts, for later stages.</param>
/// <param name="Bound">The artifacts that replaced references in the manifests.</param>
internal sealed record DeployResult(
    IReadOnlyList<JsonObject> Manifests, IReadOnlyList<Artifact> Created, IReadOnlyList<Artifact> Bound)
{
    /// <summary>Runs the task <c>promoteOutputs</c>. Source: orca's <c>PromoteManifestKatoOutputsTask.java</c>.</summary>
    public void Promote(StageExecution stage)
    {
        stage.StartTask("promoteOutputs");
        stage.Outputs["artifacts"] = ToJson(Created);
        stage.Outputs["outputs.createdArtifacts"] = ToJson(Created);
        stage.Outputs["outputs.manifests"] = new JsonArray([.. Manifests.Select(m => m.DeepClone())]);
        stage.Outputs["outputs.manifestNamesByNamespace"] = new JsonObject(Manifests.GroupBy(m => m.Namespace())
            .Select(g => KeyValuePair.Create(g.Key, (JsonNode?)new JsonArray([.. g.Select(m => (JsonNode)m.FullName())]))));
        if (Bound.Count > 0)
        {
            stage.Outputs["outputs.boundArtifacts"] = ToJson(Bound);
        }
    }

    private static JsonArray ToJson(IReadOnlyList<Artifact> artifacts) => new([.. artifacts.Select(a => a.ToJson())]);
}
