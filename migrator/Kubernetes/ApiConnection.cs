using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Migrator.Configuration;

namespace Migrator.Kubernetes;

/// <summary>
/// Sends requests to the API server. The kubelet replaces the token and the CA in the files of the pod while the pod runs, so both are read for each request.
/// </summary>
/// <param name="credentials">The address and the files of the ServiceAccount.</param>
/// <param name="redactor">Receives the tokens, so that no message shows them.</param>
/// <param name="time">The clock.</param>
internal sealed class ApiConnection(PodCredentials credentials, Redactor redactor, TimeProvider time) : IDisposable
{
    // A page has at most 100 pods. etcd limits an object to 1.5 MiB; a pod has usually less than 20 KiB.
    private const int MaxBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private HttpClient? _client;
    private string _authority = "";
    private string _token = "";

    /// <summary>Sends a GET request.</summary>
    /// <param name="path">The path and the query.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="MigrateException">A file cannot be read, or is invalid (2).</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached, its certificate is not trusted, or its answer is too large.</exception>
    /// <exception cref="OperationCanceledException">The server did not answer in 10 s, or the request was cancelled.</exception>
    public async Task<ApiAnswer> GetAsync(string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token());
        using HttpResponseMessage response = await Client().SendAsync(request, cancellation).ConfigureAwait(false);
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        RetryConditionHeaderValue? retry = response.Headers.RetryAfter;
        return new ApiAnswer(response.StatusCode, Parse(body), retry?.Delta ?? (retry?.Date is { } date ? date - time.GetUtcNow() : null));
    }

    /// <inheritdoc/>
    public void Dispose() => _client?.Dispose();

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string Token()
    {
        string token = credentials.ReadToken();
        if (token != _token)
        {
            redactor.Hide(token);
            _token = token;
        }

        return token;
    }

    // A new CA needs a new client: the policy of a client cannot be changed, and its open connection was checked with the old CA.
    private HttpClient Client()
    {
        string authority = credentials.ReadAuthority();
        if (_client is not null && authority == _authority)
        {
            return _client;
        }

        var chain = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        chain.CustomTrustStore.AddRange(credentials.ParseAuthority(authority));
        _client?.Dispose();
        _authority = authority;

        // The API server is in the cluster, so a proxy is never used. A redirect could send the token to another server.
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = chain } };
        return _client = new HttpClient(handler) { BaseAddress = credentials.Server, Timeout = RequestTimeout, MaxResponseContentBufferSize = MaxBytes };
    }
}
