using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Migrator.Kubernetes;

/// <summary>
/// Reads workloads and pods from the API server, with the token and the CA of the pod. Requests that can succeed later are sent again: without a
/// connection, and after the status codes 401 (the token was replaced), 429 and 5xx.
/// </summary>
internal sealed class KubernetesApi : IDisposable
{
    private const int PageSize = 500;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly PodCredentials _credentials;
    private readonly HttpClient _client;
    private readonly IProgress _progress;
    private readonly TimeProvider _time;

    /// <summary>Prepares the connection.</summary>
    /// <param name="credentials">The address and the files of the ServiceAccount.</param>
    /// <param name="progress">Receives the reason when a request is sent again.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="MigrateException">A file cannot be read (2).</exception>
    public KubernetesApi(PodCredentials credentials, IProgress progress, TimeProvider time)
    {
        (_credentials, _progress, _time) = (credentials, progress, time);
        Namespace = credentials.ReadNamespace();
        var chain = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        chain.CustomTrustStore.AddRange(credentials.ReadAuthorities());

        // The API server is in the cluster, so a proxy is never used.
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = chain } };
        _client = new HttpClient(handler) { BaseAddress = credentials.Server, Timeout = RequestTimeout };
    }

    /// <summary>The namespace of the pod.</summary>
    public string Namespace { get; }

    /// <summary>Reads a workload.</summary>
    /// <param name="reference">The workload.</param>
    /// <param name="cancellation">Ends the attempts.</param>
    /// <exception cref="MigrateException">The workload does not exist, or the ServiceAccount must not read it (2).</exception>
    /// <exception cref="OperationCanceledException">The time is up.</exception>
    public async Task<JsonElement> GetAsync(WorkloadName reference, CancellationToken cancellation)
        => await GetAsync($"apis/apps/v1/namespaces/{Namespace}/{reference.Resource}/{reference.Name}", new Right("get", reference.Resource, "apps", reference.Name), cancellation).ConfigureAwait(false)
            ?? throw new MigrateException(ExitCode.Usage, new Problem("no-workload", $"{reference} does not exist in the namespace {Namespace}") { Advice = "Correct --after-rollout." });

    /// <summary>Lists the pods of the namespace that a selector selects.</summary>
    /// <param name="selector">The label selector.</param>
    /// <param name="cancellation">Ends the attempts.</param>
    /// <exception cref="MigrateException">The ServiceAccount must not list pods (2).</exception>
    /// <exception cref="OperationCanceledException">The time is up.</exception>
    public async Task<IReadOnlyList<JsonElement>> ListPodsAsync(string selector, CancellationToken cancellation)
    {
        var pods = new List<JsonElement>();
        string next = "";
        do
        {
            string path = string.Create(
                CultureInfo.InvariantCulture, $"api/v1/namespaces/{Namespace}/pods?limit={PageSize}&labelSelector={Uri.EscapeDataString(selector)}{(next.Length > 0 ? $"&continue={Uri.EscapeDataString(next)}" : "")}");
            if (await GetAsync(path, new Right("list", "pods", "", null), cancellation).ConfigureAwait(false) is not { } page)
            {
                break;
            }

            pods.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.Find("metadata", "continue")?.GetString() ?? "";
        }
        while (next.Length > 0);

        return pods;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    // Returns null for 404.
    private async Task<JsonElement?> GetAsync(string path, Right right, CancellationToken cancellation)
    {
        string reported = "";
        while (true)
        {
            string reason;
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _credentials.ReadToken());
                using HttpResponseMessage response = await _client.SendAsync(request, cancellation).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }

                string body = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    using JsonDocument document = JsonDocument.Parse(body);
                    return document.RootElement.Clone();
                }

                if (response.StatusCode == HttpStatusCode.Forbidden)
                {
                    throw Forbidden(right);
                }

                reason = string.Create(CultureInfo.InvariantCulture, $"HTTP status {(int)response.StatusCode}");
                if (response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests) && (int)response.StatusCode < 500)
                {
                    throw new MigrateException(ExitCode.Usage, new Problem("kubernetes-error", $"the API server answered {reason} to GET /{path}"));
                }
            }
            catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                reason = e.GetBaseException().Message;
            }

            if (reason != reported)
            {
                reported = reason;
                _progress.Waiting($"waiting for the API server of Kubernetes ({_credentials.Server.Authority}): {reason}");
            }

            await Task.Delay(Pause, _time, cancellation).ConfigureAwait(false);
        }
    }

    private MigrateException Forbidden(Right right)
    {
        string names = right.Name is null ? "" : $", resourceNames: [{right.Name}]";
        return new MigrateException(ExitCode.Usage, new Problem("forbidden", $"the ServiceAccount of this pod must not {right.Verb} {right.Resource} in the namespace {Namespace}")
        {
            Advice = $"Bind this rule of a Role to the ServiceAccount: {{apiGroups: [\"{right.Group}\"], resources: [{right.Resource}], verbs: [{right.Verb}]{names}}}",
        });
    }

    private sealed record Right(string Verb, string Resource, string Group, string? Name);
}
