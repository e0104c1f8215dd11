using System.Globalization;
using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Schema;

/// <summary>
/// Parses the line of a field: <c>name type</c>, followed by options. The type is a scalar, the name of a type,
/// <c>[item]</c> or <c>{value}</c>, with <c>!</c> if the field is required. The options are <c>= default</c>, the
/// allowed values <c>One|Other</c>, <c>by key,key</c>, <c>set</c>, <c>atomic</c> and <c>retainKeys</c>.
/// </summary>
internal static class FieldLine
{
    public static Field Parse(string line, Func<string, ObjectType> types)
    {
        var words = new Queue<string>(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var name = words.Dequeue();
        var typeText = words.Dequeue();
        var required = typeText.EndsWith('!');
        var field = new Field(name, ParseType(typeText.TrimEnd('!'), types)) { IsRequired = required };
        while (words.TryDequeue(out var word))
        {
            field = word switch
            {
                "=" => field with { Default = ParseDefault(words.Dequeue(), field.Type) },
                "by" => field with { Type = field.Type with { Keys = words.Dequeue().Split(',') } },
                "set" => field with { Type = field.Type with { IsSet = true } },
                "atomic" => field with { Type = field.Type with { IsAtomic = true } },
                "retainKeys" => field with { RetainsKeys = true },
                _ => field with { Allowed = word.Split('|') },
            };
        }

        return field;
    }

    private static FieldType ParseType(string text, Func<string, ObjectType> types) => text switch
    {
        ['[', .. var item, ']'] => new FieldType(ValueKind.List, "") { Element = ParseType(item, types) },
        ['{', .. var value, '}'] => new FieldType(ValueKind.Map, "") { Element = ParseType(value, types) },
        "any" => new FieldType(ValueKind.Any, text),
        "string" => new FieldType(ValueKind.Text, text),
        "int32" or "int64" => new FieldType(ValueKind.Whole, text),
        "bool" => new FieldType(ValueKind.Flag, text),
        "bytes" => new FieldType(ValueKind.Bytes, text),
        "time" or "microtime" => new FieldType(ValueKind.Time, text),
        "quantity" => new FieldType(ValueKind.Quantity, text),
        "intOrString" => new FieldType(ValueKind.WholeOrText, text),
        _ => new FieldType(ValueKind.Object, "") { Object = types(text) },
    };

    private static JsonNode ParseDefault(string text, FieldType type) => type.Kind switch
    {
        ValueKind.Whole => JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture)),
        ValueKind.Flag => JsonValue.Create(bool.Parse(text)),
        ValueKind.Object => new JsonObject(),
        _ => JsonValue.Create(text),
    };
}
