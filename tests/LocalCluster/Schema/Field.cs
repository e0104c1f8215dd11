using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Schema;

/// <summary>A field of an API object.</summary>
internal sealed record Field(string Name, FieldType Type)
{
    /// <summary>Whether an object without the field is invalid.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The default that the server sets; null for none.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>The allowed values; empty if all values are allowed.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>
    /// Whether a patch with some parts of the value clears the other parts (patch strategy retainKeys).
    /// </summary>
    public bool RetainsKeys { get; init; }
}
