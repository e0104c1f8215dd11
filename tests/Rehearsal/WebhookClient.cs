using System.Net;

namespace Migrator.Rehearsal;

/// <summary>Sends webhooks.</summary>
internal static class WebhookClient
{
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    /// <summary>Sends a request and returns the status code. Does not follow redirects.</summary>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public static async Task<HttpStatusCode> SendAsync(HttpMethod method, Uri url, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, url);
        using var response = await s_client.SendAsync(request, cancellationToken);
        return response.StatusCode;
    }
}
