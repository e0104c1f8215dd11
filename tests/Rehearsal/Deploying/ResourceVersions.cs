using System.Globalization;
using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Deploying;

/// <summary>
/// Determines the version of a ConfigMap, Secret, Pod or ReplicaSet: the version of an existing object with the same
/// content, or the next number. Source: <c>ResourceVersioner.java</c>.
/// </summary>
internal sealed class ResourceVersions(Kubectl kubectl)
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    public async Task<int> FindAsync(JsonObject manifest, CancellationToken cancellationToken)
    {
        var prior = await PriorAsync(manifest, cancellationToken);
        var same = prior.FirstOrDefault(p => IsSame(p.Manifest, manifest));
        return same.Manifest is null ? prior.Select(p => p.Version).DefaultIfEmpty(-1).Max() + 1 : same.Version;
    }

    /// <summary>Returns all existing versions, oldest first.</summary>
    public async Task<IReadOnlyList<(JsonObject Manifest, int Version)>> PriorAsync(
        JsonObject manifest, CancellationToken cancellationToken)
    {
        var all = await kubectl.ListAsync(manifest.Kind(), manifest.Namespace(), cancellationToken);
        return
        [
            .. all.Where(m => m.Annotations().Text("artifact.spinnaker.io/name") == manifest.Name())
                .Select(m => (Manifest: m, Version: Version(m)))
                .Where(m => m.Version >= 0)
                .OrderBy(m => m.Manifest.Text("metadata", "creationTimestamp"), StringComparer.Ordinal)
                .ThenBy(m => m.Version),
        ];
    }

    private static int Version(JsonObject manifest) =>
        manifest.Annotations().Text("artifact.spinnaker.io/version") is ['v', .. var number]
        && int.TryParse(number, CultureInfo.InvariantCulture, out var version) ? version : -1;

    /// <summary>Compares everything except the metadata.</summary>
    private static bool IsSame(JsonObject prior, JsonObject manifest)
    {
        if (prior.Annotations().Text(LastApplied) is not { } text || JsonNode.Parse(text) is not JsonObject applied)
        {
            return false;
        }

        var copy = manifest.Copy();
        copy.Remove("metadata");
        applied.Remove("metadata");
        return JsonNode.DeepEquals(copy, applied);
    }
}
