using System.Net;
using k8s;
using k8s.Autorest;
using Migrator.EndToEnd;

namespace Migrator.Rehearsal;

/// <summary>Asks a Service of a cluster what a webhook would ask from outside, through the API server.</summary>
public static class ServiceQuestions
{
    /// <summary>For <see cref="RehearsalOptions.Ask"/>: whatever the host, the path is asked of the Service.</summary>
    /// <param name="own">Where the Service is.</param>
    /// <param name="service">Its name and port, as in <c>orders:80</c>.</param>
    public static Func<HttpMethod, Uri, CancellationToken, Task<HttpStatusCode>> To(E2ENamespace own, string service) =>
        async (_, url, cancellationToken) =>
        {
            try
            {
                await using var answer = await own.Cluster.Api.CoreV1.ConnectGetNamespacedServiceProxyWithPathAsync(
                    service, own.Name, url.AbsolutePath.TrimStart('/'), cancellationToken: cancellationToken);
                return HttpStatusCode.OK;
            }
            catch (HttpOperationException problem)
            {
                return problem.Response.StatusCode;
            }
        };
}
