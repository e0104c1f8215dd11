using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>A validation error of a field, worded as in apimachinery's <c>util/validation/field</c>.</summary>
internal sealed record FieldError
{
    private readonly string _reason;
    private readonly string _body;

    private FieldError(string field, string reason, string body)
    {
        Field = field;
        _reason = reason;
        _body = body;
    }

    public string Field { get; }

    public static FieldError Required(string field, string detail = "") =>
        new(field, "FieldValueRequired", WithDetail("Required value", detail));

    public static FieldError Invalid(string field, JsonNode? value, string detail) =>
        new(field, "FieldValueInvalid", WithDetail($"Invalid value: {Show(value)}", detail));

    public static FieldError NotSupported(string field, JsonNode? value, IEnumerable<string> allowed) =>
        new(
            field,
            "FieldValueNotSupported",
            $"Unsupported value: {Show(value)}: supported values: {string.Join(", ", allowed.Select(a => $"\"{a}\""))}");

    public static FieldError Duplicate(string field, JsonNode? value) =>
        new(field, "FieldValueDuplicate", $"Duplicate value: {Show(value)}");

    public static FieldError NotFound(string field, JsonNode? value) =>
        new(field, "FieldValueNotFound", $"Not found: {Show(value)}");

    public static FieldError Forbidden(string field, string detail) =>
        new(field, "FieldValueForbidden", $"Forbidden: {detail}");

    public static FieldError TooLong(string field, int limit) =>
        new(field, "FieldValueTooLong", $"Too long: may not be more than {limit} bytes");

    public static FieldError Immutable(string field, JsonNode? value) => Invalid(field, value, "field is immutable");

    public JsonObject ToCause() => new() { ["reason"] = _reason, ["message"] = _body, ["field"] = Field };

    public override string ToString() => $"{Field}: {_body}";

    private static string Show(JsonNode? value) => value is JsonValue v && v.TryGetValue<string>(out var text)
        ? $"\"{text}\""
        : value.Print();

    private static string WithDetail(string body, string detail) => detail.Length == 0 ? body : $"{body}: {detail}";
}
