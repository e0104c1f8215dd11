using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Storage;

/// <summary>Identifies an object.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Namespace">The namespace; empty for a cluster-scoped kind.</param>
/// <param name="Name">The name.</param>
internal readonly record struct ObjectKey(ResourceKind Kind, string Namespace, string Name)
{
    public static ObjectKey Of(ResourceKind kind, JsonNode value) =>
        new(kind, value.Text("metadata", "namespace") ?? "", value.Text("metadata", "name") ?? "");

    public override string ToString() => $"{Kind.Kind}/{Namespace}/{Name}";
}
