using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Api;

/// <summary>A document that does not change while the server runs. Clients cache it by its ETag.</summary>
internal sealed class Document(JsonObject content, string contentType = "application/json")
{
    private readonly byte[] _bytes = content.ToUtf8();
    private string? _hash;

    /// <summary>The hash of the content, in the format of the OpenAPI index and of ETags.</summary>
    public string Hash => _hash ??= Convert.ToHexString(SHA512.HashData(_bytes));

    public async Task WriteAsync(HttpContext http)
    {
        var tag = $"\"{Hash}\"";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.Vary = "Accept";
        http.Response.Headers.CacheControl = "public";
        if (http.Request.Headers.IfNoneMatch.ToString().Contains(Hash, StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        http.Response.ContentType = contentType;
        http.Response.ContentLength = _bytes.Length;
        await http.Response.Body.WriteAsync(_bytes, http.RequestAborted);
    }
}
