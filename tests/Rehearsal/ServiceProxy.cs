using System.Net;
using k8s;
using k8s.Autorest;

namespace Migrator.Rehearsal;

/// <summary>Sends requests to a Service through the API server's proxy.</summary>
public static class ServiceProxy
{
    /// <summary>Sends a GET request with the path of a URL and returns the status code. The URL's host is ignored.</summary>
    /// <param name="api">The client of the cluster.</param>
    /// <param name="inNamespace">The namespace of the Service.</param>
    /// <param name="service">The name and port of the Service, such as <c>orders:80</c>.</param>
    /// <param name="url">The URL.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public static async Task<HttpStatusCode> GetStatusAsync(
        IKubernetes api, string inNamespace, string service, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            await using var response = await api.CoreV1.ConnectGetNamespacedServiceProxyWithPathAsync(
                service, inNamespace, url.AbsolutePath.TrimStart('/'), cancellationToken: cancellationToken);
            return HttpStatusCode.OK;
        }
        catch (HttpOperationException problem)
        {
            return problem.Response.StatusCode;
        }
    }
}
