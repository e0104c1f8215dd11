using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Deploying;

/// <summary>Which object of a cluster.</summary>
/// <param name="Kind">As Spinnaker spells it: <c>job</c>.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
internal sealed record ObjectName(string Kind, string Namespace, string Name)
{
    public static ObjectName Of(JsonObject manifest) =>
        new(Manifests.SpinnakerKind(manifest.Kind()), manifest.Namespace(), manifest.Name());

    /// <summary>Reads <c>deployment orders</c>, as stages write it.</summary>
    /// <exception cref="RehearsalException">It is not of that form.</exception>
    public static ObjectName Parse(string? manifestName, string? inNamespace) =>
        manifestName?.Split(' ') is [{ Length: > 0 } kind, { Length: > 0 } name]
            ? new ObjectName(kind, inNamespace ?? "", name)
            : throw new RehearsalException($"manifestName has to be a kind and a name, as in 'deployment orders', not '{manifestName}'.");

    /// <summary>As in <c>job orders-migrate</c>.</summary>
    public override string ToString() => $"{Kind} {Name}";
}
