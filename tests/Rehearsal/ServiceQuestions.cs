using System.Net;
using k8s;
using k8s.Autorest;

namespace Migrator.Rehearsal;

/// <summary>Asks a Service of a cluster what a webhook would ask from outside, through the API server.</summary>
public static class ServiceQuestions
{
    /// <summary>Asks the Service for the path of an address, whatever its host.</summary>
    /// <param name="api">The cluster.</param>
    /// <param name="inNamespace">Where the Service is.</param>
    /// <param name="service">Its name and port, as in <c>orders:80</c>.</param>
    /// <param name="url">The address.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<HttpStatusCode> AskAsync(
        IKubernetes api, string inNamespace, string service, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            await using var answer = await api.CoreV1.ConnectGetNamespacedServiceProxyWithPathAsync(
                service, inNamespace, url.AbsolutePath.TrimStart('/'), cancellationToken: cancellationToken);
            return HttpStatusCode.OK;
        }
        catch (HttpOperationException problem)
        {
            return problem.Response.StatusCode;
        }
    }
}
