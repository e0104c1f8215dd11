using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Deploying;

/// <summary>
/// Replaces references in a manifest with artifacts: an image by its name without the tag, a versioned ConfigMap or Secret
/// by its name. <c>imagePullSecrets</c> are not replaced. Source: <c>ArtifactReplacer.java</c>, <c>Replacer.java</c>.
/// </summary>
internal static class ArtifactReplacer
{
    private const string Image = "docker/image";
    private const string ConfigMap = "kubernetes/configMap";
    private const string Secret = "kubernetes/secret";

    /// <summary>Replaces references in the manifest and returns the artifacts that it now contains.</summary>
    /// <param name="manifest">The manifest to deploy.</param>
    /// <param name="artifacts">The artifacts to use. Artifacts of Kubernetes objects are used only in their own namespace.</param>
    public static IReadOnlyList<Artifact> Replace(JsonObject manifest, IEnumerable<Artifact> artifacts)
    {
        var references = References(manifest).ToList();
        List<Artifact> bound = [];
        foreach (var artifact in artifacts.Where(a => !a.Type.StartsWith("kubernetes/", StringComparison.Ordinal) || (a.Location ?? "") == manifest.Namespace()))
        {
            var matches = references.Where(p => p.Type == artifact.Type && NameOf(p.Type, p.Owner.Text(p.Key)) == artifact.Name).ToList();
            foreach (var (_, owner, key) in matches)
            {
                owner[key] = artifact.Reference;
            }

            if (matches.Count > 0)
            {
                bound.Add(artifact);
            }
        }

        return bound;
    }

    /// <summary>Returns the artifacts that a manifest refers to. Source: <c>findAll</c> of <c>ArtifactReplacer.java</c>.</summary>
    public static IReadOnlyList<Artifact> FindAll(JsonObject manifest) =>
    [
        .. References(manifest).Select(p => new Artifact(p.Type)
        {
            Name = NameOf(p.Type, p.Owner.Text(p.Key)),
            Reference = p.Owner.Text(p.Key),
        }).Distinct(),
    ];

    private static string? NameOf(string type, string? reference)
    {
        if (type != Image || reference is null)
        {
            return reference;
        }

        var at = reference.IndexOf('@', StringComparison.Ordinal);
        var end = at >= 0 ? at : reference.LastIndexOf(':');
        return end >= 0 ? reference[..end] : reference;
    }

    private static IEnumerable<(string Type, JsonObject Owner, string Key)> References(JsonObject manifest)
    {
        if (manifest.Kind() == "Pod")
        {
            return manifest["spec"] is JsonObject pod ? PodReferences(pod) : [];
        }

        return manifest.Kind() is "Deployment" or "Job" or "CronJob" or "StatefulSet" or "DaemonSet" or "ReplicaSet"
            ? Manifests.PodSpecs(manifest).SelectMany(PodReferences)
            : [];
    }

    private static IEnumerable<(string Type, JsonObject Owner, string Key)> PodReferences(JsonObject spec)
    {
        JsonObject[] containers = [.. spec.Maps("containers"), .. spec.Maps("initContainers")];
        JsonObject[] volumes = [.. spec.Maps("volumes")];
        JsonObject[] sources = [.. volumes.SelectMany(v => v.Maps("projected", "sources"))];
        (string Type, JsonNode? Owner, string Key)[] all =
        [
            .. containers.Select(c => (Image, (JsonNode?)c, "image")),
            .. volumes.Select(v => (ConfigMap, v["configMap"], "name")),
            .. volumes.Select(v => (Secret, v["secret"], "secretName")),
            .. sources.Select(s => (ConfigMap, s["configMap"], "name")),
            .. sources.Select(s => (Secret, s["secret"], "name")),
            .. containers.SelectMany(c => c.Maps("envFrom")).Select(e => (ConfigMap, e["configMapRef"], "name")),
            .. containers.SelectMany(c => c.Maps("envFrom")).Select(e => (Secret, e["secretRef"], "name")),
            .. containers.SelectMany(c => c.Maps("env")).Select(e => (ConfigMap, e.At("valueFrom", "configMapKeyRef"), "name")),
            .. containers.SelectMany(c => c.Maps("env")).Select(e => (Secret, e.At("valueFrom", "secretKeyRef"), "name")),
        ];
        return all.Where(p => p.Owner is JsonObject owner && owner.Text(p.Key) is not null)
            .Select(p => (p.Type, (JsonObject)p.Owner!, p.Key));
    }
}
