using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Storage;

internal enum ChangeType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>A change in the store. The objects are shared, so receivers must not change them.</summary>
/// <param name="Type">The type of the change.</param>
/// <param name="Key">The key of the object.</param>
/// <param name="Object">
/// The object after the change; for a deletion, the last state with the version of the deletion.
/// </param>
/// <param name="Before">The object before the change; null for a new object.</param>
internal sealed record StoreChange(ChangeType Type, ObjectKey Key, JsonObject Object, JsonObject? Before);
