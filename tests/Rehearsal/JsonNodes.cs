using System.Text.Json;
using System.Text.Json.Nodes;

namespace Migrator.Rehearsal;

/// <summary>Extension methods that read JSON.</summary>
public static class JsonNodes
{
    /// <summary>Returns the node at a path of keys, or null if there is none.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            node = node is JsonObject map ? map[key] : null;
        }

        return node;
    }

    /// <summary>Returns a string, or a number or boolean in JSON notation. Returns null for all other nodes.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToJsonString(),
        _ => null,
    };

    /// <summary>Returns whether the node is <c>true</c>, or the string <c>"true"</c>, which Jackson accepts as a boolean.</summary>
    public static bool IsTrue(this JsonNode? node, params ReadOnlySpan<string> path) =>
        string.Equals(node.Text(path), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns an integer, or null.</summary>
    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        long.TryParse(node.Text(path), out var number) ? number : null;

    /// <summary>Returns the items of a list, or none if the node is not a list.</summary>
    public static IEnumerable<JsonNode?> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) as JsonArray ?? [];

    /// <summary>Returns the objects in a list, or none if the node is not a list.</summary>
    public static IEnumerable<JsonObject> Maps(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.Items(path).OfType<JsonObject>();

    /// <summary>Returns the items of a list as texts.</summary>
    public static IReadOnlyList<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        [.. node.Items(path).Select(i => i.Text()).OfType<string>()];

    /// <summary>Returns the object under a key. Adds an empty object if there is none.</summary>
    public static JsonObject Map(this JsonObject parent, string key)
    {
        if (parent[key] is not JsonObject map)
        {
            map = [];
            parent[key] = map;
        }

        return map;
    }

    /// <summary>Returns a copy without a parent.</summary>
    public static T Copy<T>(this T node)
        where T : JsonNode => (T)node.DeepClone();
}
