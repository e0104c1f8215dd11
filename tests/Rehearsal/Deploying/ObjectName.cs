using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Deploying;

/// <summary>Identifies an object in a cluster.</summary>
/// <param name="Kind">The kind in Spinnaker's spelling, such as <c>job</c>.</param>
/// <param name="Namespace">The namespace of the object.</param>
/// <param name="Name">The name of the object.</param>
internal sealed record ObjectName(string Kind, string Namespace, string Name)
{
    public static ObjectName Of(JsonObject manifest) =>
        new(Manifests.SpinnakerKind(manifest.Kind()), manifest.Namespace(), manifest.Name());

    /// <summary>Parses a stage's <c>manifestName</c>, such as <c>deployment orders</c>.</summary>
    /// <exception cref="RehearsalException">The text does not consist of a kind and a name.</exception>
    public static ObjectName Parse(string? manifestName, string? inNamespace) =>
        manifestName?.Split(' ') is [{ Length: > 0 } kind, { Length: > 0 } name]
            ? new ObjectName(kind, inNamespace ?? "", name)
            : throw new RehearsalException($"manifestName must be a kind and a name, such as 'deployment orders', not '{manifestName}'.");

    /// <summary>Returns a text such as <c>job orders-migrate</c>.</summary>
    public override string ToString() => $"{Kind} {Name}";
}
