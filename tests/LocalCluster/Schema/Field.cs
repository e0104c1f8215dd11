using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Schema;

/// <summary>A field of an object of the API.</summary>
internal sealed record Field(string Name, FieldType Type)
{
    /// <summary>An object without it is invalid.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What the server fills in; null when it fills in nothing.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>The only values that are allowed; empty when any is.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>A patch that names some parts of the value clears the others (patch strategy retainKeys).</summary>
    public bool RetainsKeys { get; init; }
}
