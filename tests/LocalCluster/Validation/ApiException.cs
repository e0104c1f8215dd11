using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>An error response of the API, which is a <c>Status</c> object.</summary>
/// <remarks>
/// Codes, reasons and messages are those of apimachinery's <c>api/errors</c>, because clients depend on them.
/// </remarks>
internal sealed class ApiException(int code, string reason, string message, JsonObject? details = null)
    : Exception(message)
{
    public int Code => code;

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = reason,
            ["code"] = code,
        };
        if (details is not null)
        {
            status["details"] = details.DeepClone();
        }

        return status;
    }

    public static ApiException NotFound(ResourceKind kind, string name) =>
        new(404, "NotFound", $"{kind.Resource} \"{name}\" not found", Details(kind, name, kind.Plural));

    public static ApiException NoSuchPath() =>
        new(404, "NotFound", "the server could not find the requested resource", []);

    public static ApiException AlreadyExists(ResourceKind kind, string name) =>
        new(409, "AlreadyExists", $"{kind.Resource} \"{name}\" already exists", Details(kind, name, kind.Plural));

    public static ApiException Conflict(ResourceKind kind, string name, string why) =>
        new(
            409,
            "Conflict",
            $"Operation cannot be fulfilled on {kind.Resource} \"{name}\": {why}",
            Details(kind, name, kind.Plural));

    public static ApiException Modified(ResourceKind kind, string name) => Conflict(
        kind, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiException ApplyConflict(string message, IEnumerable<JsonObject> causes) =>
        new(409, "Conflict", message, new JsonObject { ["causes"] = Json.Array(causes) });

    public static ApiException Forbidden(ResourceKind kind, string name, string why) => new(
        403, "Forbidden", $"{kind.Resource} \"{name}\" is forbidden: {why}", Details(kind, name, kind.Plural));

    public static ApiException Expired() => new(
        410,
        "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.");

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException UnsupportedMediaType(string sent) => new(
        415,
        "UnsupportedMediaType",
        $"the body of the request was in an unknown format - {sent} is not accepted here");

    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiException Invalid(ResourceKind kind, string name, IReadOnlyList<FieldError> errors)
    {
        var details = Details(kind, name, kind.Kind);
        details["causes"] = Json.Array(errors.Select(e => e.ToCause()));
        var all = errors.Count == 1
            ? errors[0].ToString()
            : $"[{string.Join(", ", errors.Select(e => e.ToString()))}]";
        var subject = kind.Group.Length == 0 ? kind.Kind : $"{kind.Kind}.{kind.Group}";
        return new ApiException(422, "Invalid", $"{subject} \"{name}\" is invalid: {all}", details);
    }

    private static JsonObject Details(ResourceKind kind, string name, string kindName)
    {
        var details = new JsonObject { ["name"] = name };
        if (kind.Group.Length > 0)
        {
            details["group"] = kind.Group;
        }

        details["kind"] = kindName;
        return details;
    }
}
