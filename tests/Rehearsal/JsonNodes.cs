using System.Text.Json;
using System.Text.Json.Nodes;

namespace Migrator.Rehearsal;

/// <summary>Ways through JSON.</summary>
public static class JsonNodes
{
    /// <summary>The node at a path of keys, or null where the path ends early.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            node = node is JsonObject map ? map[key] : null;
        }

        return node;
    }

    /// <summary>What stands there as text: a string, or a number or truth value as JSON writes it. Null for the rest.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToJsonString(),
        _ => null,
    };

    /// <summary>Whether there is <c>true</c>, as a truth value or, as Jackson takes it, as a text.</summary>
    public static bool IsTrue(this JsonNode? node, params ReadOnlySpan<string> path) =>
        string.Equals(node.Text(path), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A whole number, or null.</summary>
    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        long.TryParse(node.Text(path), out var number) ? number : null;

    /// <summary>The items of a list; none when it is no list.</summary>
    public static IEnumerable<JsonNode?> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) as JsonArray ?? [];

    /// <summary>The maps of a list; none when it is no list.</summary>
    public static IEnumerable<JsonObject> Maps(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.Items(path).OfType<JsonObject>();

    /// <summary>The items of a list as texts.</summary>
    public static IReadOnlyList<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        [.. node.Items(path).Select(i => i.Text()).OfType<string>()];

    /// <summary>The map under a key, made where there is none.</summary>
    public static JsonObject Map(this JsonObject parent, string key)
    {
        if (parent[key] is not JsonObject map)
        {
            map = [];
            parent[key] = map;
        }

        return map;
    }

    /// <summary>A copy that belongs to nobody.</summary>
    public static T Copy<T>(this T node)
        where T : JsonNode => (T)node.DeepClone();
}
