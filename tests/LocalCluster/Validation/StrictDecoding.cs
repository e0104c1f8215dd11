using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>
/// Finds values of a wrong type and unknown fields
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation).
/// </summary>
internal sealed class StrictDecoding
{
    private readonly List<string> _unknown = [];

    private StrictDecoding()
    {
    }

    /// <summary>Removes unknown fields, or rejects them if strict.</summary>
    /// <param name="value">The received object. Unknown fields are removed from it.</param>
    /// <param name="kind">The expected kind.</param>
    /// <param name="strict">Whether an unknown field is an error (fieldValidation=Strict).</param>
    /// <returns>The unknown fields, as a warning for the client.</returns>
    /// <exception cref="ApiException">
    /// A value has a wrong type, or a field is unknown and <paramref name="strict"/> is set.
    /// </exception>
    public static IReadOnlyList<string> Decode(JsonObject value, ResourceKind kind, bool strict)
    {
        var decoding = new StrictDecoding();
        var type = TypeCatalog.Instance.Find(kind.Kind);
        if (decoding.Check(value, new FieldType(ValueKind.Object, "") { Object = type }, "", type.Name) is { } wrong)
        {
            throw ApiException.BadRequest($"{Refusal(kind)}: {wrong}");
        }

        if (strict && decoding._unknown.Count > 0)
        {
            throw ApiException.BadRequest(
                $"{Refusal(kind)}: strict decoding error: {string.Join(", ", decoding._unknown)}");
        }

        return decoding._unknown;
    }

    private static string Refusal(ResourceKind kind) =>
        $"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}";

    // Returns an error message for a value of a wrong type, worded as by Go's JSON decoder; null if the type is
    // correct.
    private string? Check(JsonNode? value, FieldType type, string path, string owner)
    {
        if (value is null)
        {
            return null;
        }

        switch (type.Kind)
        {
            case ValueKind.Object when value is JsonObject map:
                return CheckFields(map, type.Object!, path);
            case ValueKind.Map when value is JsonObject map:
                return map.Select(e => Check(e.Value, type.Element!, path, owner)).FirstOrDefault(e => e is not null);
            case ValueKind.List when value is JsonArray list:
                return list
                    .Select(
                        (item, index) => Check(
                            item,
                            type.Element!,
                            string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"),
                            owner))
                    .FirstOrDefault(e => e is not null);
            default:
                return Fits(value, type)
                    ? null
                    : $"json: cannot unmarshal {Describe(value)} into Go struct field {owner}.{WithoutIndexes(path)} of type {GoType(type)}";
        }
    }

    private string? CheckFields(JsonObject map, ObjectType type, string path)
    {
        foreach (var (name, child) in map.ToArray())
        {
            var childPath = path.Length == 0 ? name : $"{path}.{name}";
            if (type.Find(name) is not { } field)
            {
                _unknown.Add($"unknown field \"{childPath}\"");
                map.Remove(name);
            }
            else if (Check(child, field.Type, childPath, type.Name) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    internal static bool Fits(JsonNode value, FieldType type)
    {
        var json = value.GetValueKind();
        return type.Kind switch
        {
            ValueKind.Any => true,
            ValueKind.Text or ValueKind.Time => json == JsonValueKind.String,
            ValueKind.Bytes => json == JsonValueKind.String && IsBase64(value.Text()!),
            ValueKind.Whole => json == JsonValueKind.Number && long.TryParse(
                value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            ValueKind.Flag => json is JsonValueKind.True or JsonValueKind.False,
            ValueKind.Quantity => json is JsonValueKind.String or JsonValueKind.Number,
            ValueKind.WholeOrText => json is JsonValueKind.String or JsonValueKind.Number,
            ValueKind.List => json == JsonValueKind.Array,
            _ => json == JsonValueKind.Object,
        };
    }

    private static bool IsBase64(string text) => Convert.TryFromBase64String(text, new byte[text.Length], out _);

    private static string Describe(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Array => "array",
        _ => "object",
    };

    private static string GoType(FieldType type) => type.Kind switch
    {
        ValueKind.Whole or ValueKind.Flag or ValueKind.Text => type.Scalar,
        ValueKind.Bytes => "[]uint8",
        ValueKind.List => $"[]{GoType(type.Element!)}",
        ValueKind.Map => $"map[string]{GoType(type.Element!)}",
        ValueKind.Object => $"v1.{type.Object!.Name}",
        _ => type.Scalar,
    };

    private static string WithoutIndexes(string path) =>
        string.Join('.', path.Split('.').Select(part => part.Split('[')[0]));
}
