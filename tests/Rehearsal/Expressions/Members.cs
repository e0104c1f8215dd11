using System.Text.RegularExpressions;

namespace Migrator.Rehearsal.Expressions;

/// <summary>Evaluates properties, indexers and methods of values.</summary>
internal static class Members
{
    /// <summary>Returns an entry of a map, or null if there is no such entry, as in Spinnaker's <c>MapPropertyAccessor.java</c>.</summary>
    public static object? Property(object? target, string name) => target switch
    {
        IReadOnlyDictionary<string, object?> map => map.GetValueOrDefault(name),
        IReadOnlyList<object?> list when name is "empty" => list.Count == 0,
        null => throw new ExpressionException($"Cannot read '{name}' of null."),
        _ => throw new ExpressionException($"'{Values.Print(target)}' has no property '{name}'."),
    };

    public static object? Item(object? target, object? key) => (target, key) switch
    {
        (IReadOnlyList<object?> list, long index) when index >= 0 && index < list.Count => list[(int)index],
        (IReadOnlyList<object?> list, long index) => throw new ExpressionException($"Index [{index}] is out of range for a list of {list.Count} items."),
        (_, string name) => Property(target, name),
        _ => throw new ExpressionException($"[{Values.Print(key)}] is not supported as an index."),
    };

    public static object? Call(object? target, string method, IReadOnlyList<object?> arguments) => (target, method, arguments) switch
    {
        (_, "toString", []) when target is not null => Values.Print(target),
        (_, "equals", [var other]) => Values.AreEqual(target, other),
        (string text, "contains", [string part]) => text.Contains(part, StringComparison.Ordinal),
        (string text, "startsWith", [string part]) => text.StartsWith(part, StringComparison.Ordinal),
        (string text, "endsWith", [string part]) => text.EndsWith(part, StringComparison.Ordinal),
        (string text, "isEmpty", []) => text.Length == 0,
        (string text, "length", []) => (long)text.Length,
        (string text, "trim", []) => text.Trim(),
        (string text, "toLowerCase", []) => text.ToLowerInvariant(),
        (string text, "toUpperCase", []) => text.ToUpperInvariant(),
        (string text, "replace", [string old, string other]) => text.Replace(old, other, StringComparison.Ordinal),
        (string text, "replaceFirst", [string pattern, string other]) => new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(1)).Replace(text, other, 1),
        (string text, "indexOf", [string part]) => (long)text.IndexOf(part, StringComparison.Ordinal),
        (string text, "lastIndexOf", [string part]) => (long)text.LastIndexOf(part, StringComparison.Ordinal),
        (string text, "substring", [long from]) when from >= 0 && from <= text.Length => text[(int)from..],
        (string text, "substring", [long from, long to]) when from >= 0 && from <= to && to <= text.Length => text[(int)from..(int)to],
        (IReadOnlyList<object?> list, "size", []) => (long)list.Count,
        (IReadOnlyList<object?> list, "isEmpty", []) => list.Count == 0,
        (IReadOnlyList<object?> list, "contains", [var item]) => list.Any(i => Values.AreEqual(i, item)),
        (IReadOnlyDictionary<string, object?> map, "containsKey", [string key]) => map.ContainsKey(key),
        _ => throw new ExpressionException($"The rehearsal does not support the method {method} with {arguments.Count} arguments on '{Values.Print(target)}'."),
    };
}
