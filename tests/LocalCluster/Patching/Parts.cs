using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Patching;

/// <summary>Splits values into the parts that managers can own separately, with their names in FieldsV1.</summary>
internal static class Parts
{
    private static readonly FieldType s_any = new(ValueKind.Any, "any");

    public static IEnumerable<(string Name, JsonNode? Value, FieldType Type)> Of(JsonNode? value, FieldType type) =>
        (value, type.Kind) switch
        {
            (JsonObject map, ValueKind.Object) =>
                map.Select(e => ($"f:{e.Key}", e.Value, type.Object!.Find(e.Key)?.Type ?? s_any)),
            (JsonObject map, ValueKind.Map) => map.Select(e => ($"f:{e.Key}", e.Value, type.Element!)),
            (JsonArray list, ValueKind.List) => list.Select(item => (NameOf(item, type), item, type.Element!)),
            _ => [],
        };

    /// <summary>Returns the name of an item in its list.</summary>
    public static string NameOf(JsonNode? item, FieldType list)
    {
        if (list.IsSet)
        {
            return $"v:{item?.ToJsonString() ?? "null"}";
        }

        var keys = new JsonObject();
        foreach (var key in list.Keys.Order(StringComparer.Ordinal))
        {
            // A missing key has its default value. For example, the default protocol of a port is TCP.
            keys[key] = (item.At(key) ?? list.Element!.Object!.Find(key)?.Default)?.DeepClone();
        }

        return $"k:{keys.Print()}";
    }

    /// <summary>Returns the type of a part.</summary>
    public static FieldType TypeOf(string name, FieldType type) => type.Kind switch
    {
        ValueKind.Object => type.Object!.Find(name[2..])?.Type ?? s_any,
        ValueKind.Map or ValueKind.List => type.Element!,
        _ => s_any,
    };

    public static JsonNode? Find(JsonNode? value, string name, FieldType type) => value switch
    {
        JsonObject map => map[name[2..]],
        JsonArray list => list.FirstOrDefault(item => NameOf(item, type) == name),
        _ => null,
    };

    public static bool Contains(JsonNode? value, string name, FieldType type) => value switch
    {
        JsonObject map => map.ContainsKey(name[2..]),
        JsonArray list => list.Any(item => NameOf(item, type) == name),
        _ => false,
    };

    public static void Remove(JsonNode? value, string name, FieldType type)
    {
        switch (value)
        {
            case JsonObject map:
                map.Remove(name[2..]);
                break;
            case JsonArray list:
                list.RemoveAll(item => NameOf(item, type) == name);
                break;
        }
    }

    /// <summary>Formats a part's name for error messages: <c>.image</c>, <c>[name="app"]</c>.</summary>
    public static string Print(string name)
    {
        if (name[0] == 'f')
        {
            return $".{name[2..]}";
        }

        return name[0] == 'v'
            ? $"[={name[2..]}]"
            : $"[{string.Join(',', JsonNode.Parse(name[2..])!.AsObject().Select(k => $"{k.Key}={k.Value!.ToJsonString()}"))}]";
    }
}
