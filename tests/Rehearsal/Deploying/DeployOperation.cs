using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Deploying;

/// <summary>
/// Deploys manifests: sorts them, binds artifacts, adds versions, annotations and labels, and applies them in order. Source:
/// <c>KubernetesDeployManifestOperation.java</c>, <c>CanDeploy.java</c>.
/// </summary>
internal sealed class DeployOperation(Kubectl kubectl, ResourceVersions versions)
{
    /// <summary>Deploys the manifests and returns the objects as the API server stores them.</summary>
    /// <exception cref="StageFailure">kubectl rejected an object, or a required artifact could not be bound.</exception>
    public async Task<DeployResult> RunAsync(DeployRequest request, StageExecution stage, CancellationToken cancellationToken)
    {
        var manifests = request.Manifests.Select(m => m.Copy()).OrderBy(m => DeployPriority.Of(m.Kind())).ToList();
        stage.Report($"deploy order: {string.Join(", ", manifests.Select(m => m.FullName()))}");
        var (created, bound) = await PrepareAsync(manifests, request, stage, cancellationToken);
        if (request.LabelSelector.Length > 0 && manifests.Any(DeployStrategy.IsReplaced))
        {
            throw new StageFailure("label selectors not supported with replace strategy, not deploying");
        }

        List<JsonObject> deployed = [];
        foreach (var manifest in manifests)
        {
            if (await DeployAsync(manifest, request, stage, cancellationToken) is { } found)
            {
                deployed.Add(found);
                stage.Report($"applied {found.FullName()}");
            }
        }

        return deployed.Count == 0 && request.LabelSelector.Length > 0 && !request.AllowsNothingSelected
            ? throw new StageFailure($"nothing deployed to account {request.Account} with label selector(s) {request.LabelSelector}")
            : new DeployResult(deployed, created, bound);
    }

    private async Task<(IReadOnlyList<Artifact> Created, IReadOnlyList<Artifact> Bound)> PrepareAsync(
        List<JsonObject> manifests, DeployRequest request, StageExecution stage, CancellationToken cancellationToken)
    {
        // The first artifact of a type, name and location is used. Required artifacts precede optional ones.
        Dictionary<(string, string?, string), Artifact> artifacts = [];
        foreach (var artifact in request.RequiredArtifacts.Concat(request.OptionalArtifacts))
        {
            artifacts.TryAdd(Key(artifact), artifact);
        }

        List<Artifact> bound = [];
        List<Artifact> created = [];
        foreach (var manifest in manifests)
        {
            foreach (var artifact in ArtifactReplacer.Replace(manifest, artifacts.Values))
            {
                if (!bound.Contains(artifact))
                {
                    bound.Add(artifact);
                    stage.Report($"bound {artifact}");
                }
            }

            int? version = DeployStrategy.IsVersioned(manifest) ? await versions.FindAsync(manifest, cancellationToken) : null;
            var manifestArtifact = ToArtifact(manifest, version);
            artifacts[Key(manifestArtifact)] = manifestArtifact;
            created.Add(manifestArtifact);
            SpinnakerMetadata.AddArtifact(manifest, manifestArtifact);
            await KeepReplicaCountAsync(manifest, cancellationToken);
            SpinnakerMetadata.AddApplication(manifest, request.Application, version, !request.SkipsTemplateLabels);
            if (!manifest.HasGenerateName())
            {
                manifest.Map("metadata")["name"] = manifestArtifact.Reference;
            }
        }

        var unbound = request.RequiredArtifacts.Where(a => !bound.Contains(a)).ToList();
        return unbound.Count == 0
            ? (created, bound)
            : throw new StageFailure(
                $"The following required artifacts could not be bound: '{string.Join(", ", unbound)}'. "
                + "Check that the Docker image name above matches the name used in the image field of your manifest. "
                + "Failing the stage as this is likely a configuration error.");
    }

    private async Task<JsonObject?> DeployAsync(
        JsonObject manifest, DeployRequest request, StageExecution stage, CancellationToken cancellationToken)
    {
        try
        {
            if (manifest.HasGenerateName())
            {
                return await kubectl.SendAsync("create", manifest, cancellationToken);
            }

            if (DeployStrategy.IsReplaced(manifest))
            {
                return await ReplaceAsync(manifest, cancellationToken);
            }

            if (!DeployStrategy.IsRecreated(manifest))
            {
                return await kubectl.ApplyAsync(
                    manifest, DeployStrategy.ServerSideApplyArguments(manifest), request.LabelSelector, cancellationToken);
            }

            await DeleteAsync(manifest, request.LabelSelector, stage, cancellationToken);
            return await kubectl.ApplyAsync(manifest, [], request.LabelSelector, cancellationToken);
        }
        catch (KubectlException problem)
        {
            throw new StageFailure(problem.Message);
        }
    }

    /// <summary>Ignores a failed delete, as Spinnaker does. kubectl rejects a delete by name and selector.</summary>
    private async Task DeleteAsync(JsonObject manifest, string selector, StageExecution stage, CancellationToken cancellationToken)
    {
        try
        {
            await kubectl.DeleteAsync(
                Manifests.SpinnakerKind(manifest.Kind()), manifest.Namespace(), manifest.Name(), selector, cancellationToken);
        }
        catch (KubectlException problem)
        {
            stage.Report($"not recreated, and Spinnaker ignores the error: {problem.Message}");
        }
    }

    private async Task<JsonObject> ReplaceAsync(JsonObject manifest, CancellationToken cancellationToken)
    {
        var kind = Manifests.SpinnakerKind(manifest.Kind());
        var exists = await kubectl.FindAsync(kind, manifest.Namespace(), manifest.Name(), cancellationToken) is not null;
        return await kubectl.SendAsync(exists ? "replace" : "create", manifest, cancellationToken);
    }

    private async Task KeepReplicaCountAsync(JsonObject manifest, CancellationToken cancellationToken)
    {
        if (DeployStrategy.UsesSourceCapacity(manifest)
            && await kubectl.FindAsync(Manifests.SpinnakerKind(manifest.Kind()), manifest.Namespace(), manifest.Name(), cancellationToken)
                is { } current
            && current.Number("spec", "replicas") is { } replicas)
        {
            manifest.Map("spec")["replicas"] = replicas;
        }
    }

    /// <summary>Returns the artifact for an object. Source: <c>ArtifactConverter.java</c>.</summary>
    private static Artifact ToArtifact(JsonObject manifest, int? version)
    {
        var text = version is { } number ? $"v{number:000}" : "";
        return new Artifact($"kubernetes/{Manifests.SpinnakerKind(manifest.Kind())}")
        {
            Name = manifest.Name(),
            Location = manifest.Namespace(),
            Version = text,
            Reference = text.Length > 0 ? $"{manifest.Name()}-{text}" : manifest.Name(),
        };
    }

    private static (string, string?, string) Key(Artifact artifact) => (artifact.Type, artifact.Name, artifact.Location ?? "");
}
