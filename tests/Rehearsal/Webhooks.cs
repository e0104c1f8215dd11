using System.Net;

namespace Migrator.Rehearsal;

/// <summary>How webhooks are sent.</summary>
internal static class Webhooks
{
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    /// <summary>Asks an address as it is.</summary>
    /// <exception cref="HttpRequestException">Nobody answers.</exception>
    public static async Task<HttpStatusCode> AskAsync(HttpMethod method, Uri url, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, url);
        using var answer = await s_client.SendAsync(request, cancellationToken);
        return answer.StatusCode;
    }
}
