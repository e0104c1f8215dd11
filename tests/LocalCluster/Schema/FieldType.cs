namespace Migrator.LocalCluster.Schema;

/// <summary>The type of a field, of a list item or of a map value.</summary>
/// <param name="Kind">The kind of JSON value.</param>
/// <param name="Scalar">The name of a scalar in the type files (int32, int64, time, …).</param>
internal sealed record FieldType(ValueKind Kind, string Scalar)
{
    /// <summary>The type of the object, if the kind is Object.</summary>
    public ObjectType? Object { get; init; }

    /// <summary>The type of the items of a list or of the values of a map.</summary>
    public FieldType? Element { get; init; }

    /// <summary>
    /// The fields that identify a list item. A strategic merge patch merges items by the first field, a server-side
    /// apply by all fields (x-kubernetes-patch-merge-key and x-kubernetes-list-map-keys).
    /// </summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Whether the list is a set (x-kubernetes-list-type: set).</summary>
    public bool IsSet { get; init; }

    /// <summary>Whether a server-side apply owns and replaces the value as a whole.</summary>
    public bool IsAtomic { get; init; }

    /// <summary>Whether a server-side apply merges the parts of the value separately.</summary>
    public bool IsGranular => Kind switch
    {
        ValueKind.Object => !Object!.IsAtomic,
        ValueKind.Map => !IsAtomic,
        ValueKind.List => !IsAtomic && (Keys.Count > 0 || IsSet),
        _ => false,
    };
}
