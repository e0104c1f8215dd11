using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Schema;

/// <summary>Sets the defaults that the type files define.</summary>
internal static class Defaults
{
    /// <summary>Sets the defaults of missing fields in <paramref name="value"/> and all nested values.</summary>
    public static void Fill(JsonNode? value, FieldType type)
    {
        switch (value)
        {
            case JsonObject map when type.Kind == ValueKind.Object:
                Fill(map, type.Object!);
                break;
            case JsonObject map when type.Kind == ValueKind.Map:
                foreach (var (_, element) in map)
                {
                    Fill(element, type.Element!);
                }

                break;
            case JsonArray list when type.Kind == ValueKind.List:
                foreach (var element in list)
                {
                    Fill(element, type.Element!);
                }

                break;
        }
    }

    /// <inheritdoc cref="Fill(JsonNode?, FieldType)"/>
    public static void Fill(JsonObject value, ObjectType type)
    {
        foreach (var field in type.Fields)
        {
            // A null field is treated as missing. The API never returns null fields.
            if (value.TryGetPropertyValue(field.Name, out var present) && present is null)
            {
                value.Remove(field.Name);
            }

            if (field.Default is not null && !value.ContainsKey(field.Name))
            {
                value[field.Name] = field.Default.DeepClone();
            }

            Fill(value[field.Name], field.Type);
        }
    }
}
