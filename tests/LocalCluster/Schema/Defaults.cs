using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Schema;

/// <summary>Fills in the defaults that the type files state.</summary>
internal static class Defaults
{
    /// <summary>Fills in what is missing in <paramref name="value"/> and everything below it.</summary>
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
            // A field that is null counts as not given; the API never returns one.
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
