using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Storage;

internal enum ChangeType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One change of the store. The objects are shared: nobody changes them.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Key">To which object.</param>
/// <param name="Object">The object after the change; for a deletion its last state, with this version.</param>
/// <param name="Before">The object before the change; null when it is new.</param>
internal sealed record StoreChange(ChangeType Type, ObjectKey Key, JsonObject Object, JsonObject? Before);
