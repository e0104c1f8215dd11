using System.Text.Json.Nodes;
using Migrator.Rehearsal.Deploying;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>
/// Runs Find Artifacts From Resource (Manifest): returns the images and other artifacts that an object in the cluster
/// currently refers to. Source: orca's <c>FindArtifactsFromResourceTask.java</c>; clouddriver's <c>ArtifactReplacer.findAll</c>.
/// </summary>
internal sealed class FindArtifactsStage(Kubectl kubectl) : IStage
{
    public IReadOnlyList<string> Tasks(StageExecution stage) => ["resolveTargetManifest", "findArtifactsFromResource", "bindProducedArtifacts"];

    public async Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        stage.StartTask("resolveTargetManifest");
        var name = StaticTarget.Of(stage);
        stage.StartTask("findArtifactsFromResource");
        if (await kubectl.FindAsync(name.Kind, name.Namespace, name.Name, cancellationToken) is not { } manifest)
        {
            // A stage that failed and lets the pipeline continue still binds its expected artifacts, to those of the trigger (recording 20).
            BoundArtifacts.Bind(stage);
            throw new StageFailure($"Manifest {name} not found in {name.Namespace}");
        }

        var found = ArtifactReplacer.FindAll(manifest);
        stage.Report($"found {string.Join(", ", found)}");
        stage.Outputs["manifest"] = manifest;
        stage.Outputs["artifacts"] = new JsonArray([.. found.Select(a => a.ToJson())]);
        stage.StartTask("bindProducedArtifacts");
        BoundArtifacts.Bind(stage);
    }
}
