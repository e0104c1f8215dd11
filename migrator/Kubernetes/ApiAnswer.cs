using System.Net;
using System.Text.Json;

namespace Migrator.Kubernetes;

/// <summary>An answer of the API server.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Body">The JSON document; null if the body is not JSON.</param>
/// <param name="RetryAfter">The time that the server asks the client to wait; null if it does not.</param>
internal sealed record ApiAnswer(HttpStatusCode Status, JsonElement? Body, TimeSpan? RetryAfter)
{
    /// <summary>The status code with the server's message, for errors.</summary>
    public string Reason => Body?.Text("message") is { Length: > 0 } message ? $"HTTP status {(int)Status}: {ForeignText.Of(message)}" : $"HTTP status {(int)Status}";

    /// <summary>Whether the same request can succeed later: the token was replaced (401), the server is busy (429), or it has a problem (5xx).</summary>
    public bool IsTemporary => Status is HttpStatusCode.Unauthorized or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)Status >= 500;
}
