using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Migrator.LocalCluster.Api.Protobuf;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Api;

/// <summary>Reads and validates request bodies.</summary>
internal static class RequestBody
{
    /// <summary>Reads the body as JSON. Returns null if the body is empty.</summary>
    /// <exception cref="ApiException">400 or 415: the body cannot be read.</exception>
    public static async Task<JsonNode?> ReadAsync(HttpRequest request)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, request.HttpContext.RequestAborted);
        if (buffer.Length == 0)
        {
            return null;
        }

        var type = request.ContentType ?? "application/json";
        return type.StartsWith("application/vnd.kubernetes.protobuf", StringComparison.Ordinal)
            ? ProtobufObject.Read(buffer.ToArray())
            : type.Contains("json", StringComparison.Ordinal) || type.Contains("yaml", StringComparison.Ordinal)
                ? JsonNode.Parse(buffer.ToArray())
                : throw ApiException.UnsupportedMediaType(type);
    }

    /// <summary>Reads the body as an object of the target's kind.</summary>
    /// <param name="request">The request.</param>
    /// <param name="target">The target of the request.</param>
    /// <exception cref="ApiException">The body is not an object of that kind.</exception>
    public static async Task<JsonObject> ReadObjectAsync(HttpRequest request, RequestPath target)
    {
        var value = await ReadAsync(request) as JsonObject ?? throw ApiException.BadRequest(
            "the body is not an object");
        CheckIdentity(value, target);
        Decode(value, target.Kind, request);
        return value;
    }

    /// <summary>
    /// Rejects values of a wrong type. Unknown fields are rejected, or removed with a warning, depending on
    /// fieldValidation.
    /// </summary>
    public static void Decode(JsonObject value, ResourceKind kind, HttpRequest request)
    {
        var wanted = request.Query["fieldValidation"].ToString();
        var unknown = StrictDecoding.Decode(value, kind, strict: wanted == "Strict");
        if (wanted is "" or "Warn")
        {
            foreach (var warning in unknown)
            {
                request.HttpContext.Response.Headers.Append(
                    "Warning", $"299 - \"{warning.Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
            }
        }
    }

    private static void CheckIdentity(JsonObject value, RequestPath target)
    {
        var (version, kind) = (value.Text("apiVersion"), value.Text("kind"));
        if ((kind is not null && kind != target.Kind.Kind) || (version is not null && version != target.Kind.ApiVersion))
        {
            throw ApiException.BadRequest(
                $"the API version in the data ({version}) does not match the expected API version ({target.Kind.ApiVersion})");
        }

        if (target.Kind.IsNamespaced
            && value.Text("metadata", "namespace") is { Length: > 0 } space
            && space != target.Namespace)
        {
            throw ApiException.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request");
        }

        if (target.Name.Length > 0
            && value.Text("metadata", "name") is { Length: > 0 } name
            && name != target.Name)
        {
            throw ApiException.BadRequest(
                $"the name of the object ({name}) does not match the name on the URL ({target.Name})");
        }
    }
}
