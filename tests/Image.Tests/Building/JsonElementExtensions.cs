using System.Text.Json;

namespace Migrator.Image.Tests.Building;

/// <summary>Reads JSON whose empty members may be missing or null.</summary>
internal static class JsonElementExtensions
{
    /// <summary>Returns a member; undefined if it is missing.</summary>
    public static JsonElement Find(this JsonElement parent, string key) =>
        parent.TryGetProperty(key, out var member) ? member : default;

    /// <summary>Returns a list of strings; empty if it is missing.</summary>
    public static IReadOnlyList<string> Strings(this JsonElement parent, string key) =>
        parent.Find(key) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : [];
}
