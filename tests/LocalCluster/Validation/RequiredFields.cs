using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>Finds missing required fields, and values that are not allowed.</summary>
internal static class RequiredFields
{
    public static IEnumerable<FieldError> Check(JsonObject value, ObjectType type, string path = "")
    {
        foreach (var field in type.Fields)
        {
            var childPath = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            var child = value[field.Name];
            if (field.IsRequired && IsEmpty(child))
            {
                yield return FieldError.Required(childPath);
            }
            else if (field.Allowed.Count > 0 && child is not null && !field.Allowed.Contains(child.Text()))
            {
                yield return FieldError.NotSupported(childPath, child, field.Allowed);
            }

            foreach (var error in CheckValue(child, field.Type, childPath))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> CheckValue(JsonNode? value, FieldType type, string path) =>
        (value, type.Kind) switch
        {
            (JsonObject child, ValueKind.Object) => Check(child, type.Object!, path),
            (JsonArray list, ValueKind.List) => list.SelectMany((item, index) => CheckValue(
                item, type.Element!, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"))),
            (JsonObject map, ValueKind.Map) =>
                map.SelectMany(entry => CheckValue(entry.Value, type.Element!, $"{path}[{entry.Key}]")),
            _ => [],
        };

    private static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonValue => value.Text() is { Length: 0 },
        _ => false,
    };
}
