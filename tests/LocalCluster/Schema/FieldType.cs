namespace Migrator.LocalCluster.Schema;

/// <summary>The type of a field, of an item of a list or of a value of a map.</summary>
/// <param name="Kind">What it is in JSON.</param>
/// <param name="Scalar">For a scalar, its name in the type files (int32, int64, time, …).</param>
internal sealed record FieldType(ValueKind Kind, string Scalar)
{
    /// <summary>The fields, when it is an object.</summary>
    public ObjectType? Object { get; init; }

    /// <summary>The type of an item (list) or a value (map).</summary>
    public FieldType? Element { get; init; }

    /// <summary>
    /// The fields that identify an item of a list. A strategic merge patch merges items by the first of them, a
    /// server-side apply by all (x-kubernetes-patch-merge-key and x-kubernetes-list-map-keys).
    /// </summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>A list of which each value is an item of its own (x-kubernetes-list-type: set).</summary>
    public bool IsSet { get; init; }

    /// <summary>Owned and replaced as a whole by a server-side apply.</summary>
    public bool IsAtomic { get; init; }

    /// <summary>Whether a server-side apply merges the value part by part.</summary>
    public bool IsGranular => Kind switch
    {
        ValueKind.Object => !Object!.IsAtomic,
        ValueKind.Map => !IsAtomic,
        ValueKind.List => !IsAtomic && (Keys.Count > 0 || IsSet),
        _ => false,
    };
}
