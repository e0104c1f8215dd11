using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Expressions;

/// <summary>Operations on the values of expressions: string, integer, boolean, list, map, status, null.</summary>
internal static class Values
{
    public static object? FromJson(JsonNode? node) => node switch
    {
        null => null,
        JsonObject map => map.ToDictionary(e => e.Key, e => FromJson(e.Value)),
        JsonArray list => list.Select(FromJson).ToList(),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => value.TryGetValue<long>(out var number) ? number : value.ToJsonString(),
            _ => value.ToString(),
        },
        _ => null,
    };

    public static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        bool truth => truth,
        long number => number,
        string text => text,
        IReadOnlyDictionary<string, object?> map => new JsonObject(map.Select(e => KeyValuePair.Create(e.Key, ToJson(e.Value)))),
        IReadOnlyList<object?> list => new JsonArray([.. list.Select(ToJson)]),
        _ => value.ToString(),
    };

    /// <summary>Formats a value as Java does.</summary>
    public static string Print(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        IReadOnlyDictionary<string, object?> map => $"{{{string.Join(", ", map.Select(e => $"{e.Key}={Print(e.Value)}"))}}}",
        IReadOnlyList<object?> list => $"[{string.Join(", ", list.Select(Print))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>Converts a value to a boolean. Accepts the strings <c>true</c> and <c>false</c>, as Spring does.</summary>
    public static bool ToBoolean(object? value) => value switch
    {
        bool truth => truth,
        string text when bool.TryParse(text, out var truth) => truth,
        _ => throw new ExpressionException($"'{Print(value)}' is not a boolean."),
    };

    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (IReadOnlyList<object?> a, IReadOnlyList<object?> b) => a.Count == b.Count && a.Zip(b).All(p => AreEqual(p.First, p.Second)),
        _ => Equals(left, right),
    };

    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (long a, long b) => a.CompareTo(b),
        (string a, string b) => string.CompareOrdinal(a, b),
        _ => throw new ExpressionException($"{Print(left)} and {Print(right)} cannot be compared."),
    };

    /// <summary>Adds or subtracts numbers, or concatenates strings.</summary>
    public static object Add(object? left, object? right, bool isPlus) => (left, right) switch
    {
        (long a, long b) => isPlus ? a + b : a - b,
        (string, _) or (_, string) when isPlus => Print(left) + Print(right),
        _ => throw new ExpressionException($"{Print(left)} and {Print(right)} cannot be {(isPlus ? "added" : "subtracted")}."),
    };
}
