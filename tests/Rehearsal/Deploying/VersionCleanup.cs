using System.Text.Json.Nodes;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Deploying;

/// <summary>
/// Deletes old versions of objects that limit the number of versions (<c>max-version-history</c>), after all objects are
/// stable. Source: <c>KubernetesCleanupArtifactsOperation.java</c>.
/// </summary>
internal sealed class VersionCleanup(Kubectl kubectl, ResourceVersions versions)
{
    public async Task RunAsync(IReadOnlyList<JsonObject> deployed, StageExecution stage, CancellationToken cancellationToken)
    {
        foreach (var manifest in deployed)
        {
            if (DeployStrategy.MaxVersionHistory(manifest) is not { } keep
                || manifest.Annotations().Text("artifact.spinnaker.io/name") is not { } name)
            {
                continue;
            }

            var unversioned = manifest.Copy();
            unversioned.Map("metadata")["name"] = name;
            foreach (var (old, _) in (await versions.PriorAsync(unversioned, cancellationToken)).SkipLast(keep))
            {
                stage.Report($"deleting {old.FullName()}");
                await kubectl.DeleteAsync(
                    Manifests.SpinnakerKind(old.Kind()), old.Namespace(), old.Name(), "", cancellationToken);
            }
        }
    }
}
