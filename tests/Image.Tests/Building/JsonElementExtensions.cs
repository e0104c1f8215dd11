using System.Text.Json;

namespace Migrator.Image.Tests.Building;

/// <summary>Reads JSON in which what is empty may be missing or null.</summary>
internal static class JsonElementExtensions
{
    /// <summary>A member; undefined when it is missing.</summary>
    public static JsonElement Find(this JsonElement parent, string key) =>
        parent.TryGetProperty(key, out var member) ? member : default;

    /// <summary>A list of strings; empty when it is missing.</summary>
    public static IReadOnlyList<string> Strings(this JsonElement parent, string key) =>
        parent.Find(key) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : [];
}
