using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Storage;

/// <summary>Names one object.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace; empty for a kind that has none.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct ObjectKey(ResourceKind Kind, string Namespace, string Name)
{
    public static ObjectKey Of(ResourceKind kind, JsonNode value) =>
        new(kind, value.Text("metadata", "namespace") ?? "", value.Text("metadata", "name") ?? "");

    public override string ToString() => $"{Kind.Kind}/{Namespace}/{Name}";
}
