using System.Text.Json;

namespace Migrator.Kubernetes;

/// <summary>Reads members of objects of the API, which leaves out empty ones.</summary>
internal static class JsonPaths
{
    /// <summary>Finds a member; null if it or one of the objects before it does not exist.</summary>
    public static JsonElement? Find(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (string name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element.ValueKind == JsonValueKind.Null ? null : element;
    }

    /// <summary>Gets the elements of an array; empty if it does not exist.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, params ReadOnlySpan<string> path)
        => element.Find(path) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>Gets a text; null if it does not exist.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path)
        => element.Find(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>Gets a number; null if it does not exist.</summary>
    public static long? Number(this JsonElement element, params ReadOnlySpan<string> path)
        => element.Find(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long value) ? value : null;
}
