using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Api;

/// <summary>
/// Forwards requests for <c>services/NAME:PORT/proxy/PATH</c> and <c>pods/NAME:PORT/proxy/PATH</c>. Clients outside the
/// cluster use it to reach pods: <c>kubectl get --raw /api/v1/namespaces/NS/services/NAME:PORT/proxy/PATH</c>.
/// </summary>
/// <remarks>https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/</remarks>
internal sealed class ServiceProxy(ObjectStore store, TimeSpan endpointDelay)
{
    private static readonly HashSet<string> s_hopByHop = new(["Connection", "Keep-Alive", "Transfer-Encoding", "Date", "Server"], StringComparer.OrdinalIgnoreCase);

    private readonly ConcurrentDictionary<ObjectKey, (long At, JsonObject[] Pods)> _endpoints = [];

    private static readonly HttpClient s_client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.FromSeconds(1),
    });

    public async Task ForwardAsync(HttpContext http, RequestPath target)
    {
        var parts = target.Name.Split(':');
        var (name, port) = parts switch
        {
            [var n] => (n, ""),
            [var n, var p] => (n, p),
            [_, var n, var p] => (n, p),
            _ => throw ApiException.BadRequest($"invalid {target.Kind.Singular} request \"{target.Name}\""),
        };
        var (address, number) = target.Kind == Kinds.Pod
            ? OfPod(target, name, port)
            : OfService(target, name, port);
        var path = target.Rest.Length == 0 ? "/" : target.Rest;
        using var request = new HttpRequestMessage(
            new HttpMethod(http.Request.Method), $"http://{address}:{number}{path}{http.Request.QueryString}");
        if (http.Request.ContentLength > 0)
        {
            request.Content = new StreamContent(http.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", http.Request.ContentType);
        }

        try
        {
            using var response = await s_client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
            http.Response.StatusCode = (int)response.StatusCode;
            http.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            foreach (var (header, values) in response.Headers.Where(h => !s_hopByHop.Contains(h.Key)))
            {
                http.Response.Headers[header] = values.ToArray();
            }

            await response.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
        }
        catch (HttpRequestException problem) when (!http.Response.HasStarted)
        {
            throw new ApiException(
                503, "ServiceUnavailable", $"error trying to reach service: {problem.GetBaseException().Message}");
        }
    }

    private (string Address, long Port) OfPod(RequestPath target, string name, string port)
    {
        var pod = store.Get(target.Key with { Name = name }) ?? throw ApiException.NotFound(target.Kind, name);
        var address = pod.Text("status", "podIP")
            ?? throw ApiException.BadRequest($"address not allowed: pod {name} has no IP");
        var first = pod.Items("spec", "containers")
            .SelectMany(c => c.Items("ports"))
            .Select(p => p.Whole("containerPort"))
            .FirstOrDefault();
        return (address, port.Length == 0 ? first ?? 80 : PortOf(pod, JsonValue.Create(port)) ?? throw NoEndpoints(
            name));
    }

    private (string Address, long Port) OfService(RequestPath target, string name, string port)
    {
        var service = store.Get(target.Key with { Name = name }) ?? throw ApiException.NotFound(target.Kind, name);
        var found = service.Items("spec", "ports").FirstOrDefault(p =>
            port.Length == 0 || p.Text("name") == port || p.Whole("port")?.ToString(CultureInfo.InvariantCulture) == port)
            ?? throw new ApiException(
                503, "ServiceUnavailable", $"no service port \"{port}\" found for service \"{name}\"");
        var pods = EndpointsOf(target.Key with { Name = name }, service);
        if (pods.Length == 0)
        {
            throw NoEndpoints(name);
        }

        var pod = pods[Random.Shared.Next(pods.Length)];
        return (pod.Text("status", "podIP")!, PortOf(pod, found["targetPort"]) ?? throw NoEndpoints(name));
    }

    // A node learns a moment later that a pod is ready, or that it ends. Until then it sends requests to the pods that it knows.
    private JsonObject[] EndpointsOf(ObjectKey key, JsonObject service)
    {
        if (_endpoints.TryGetValue(key, out var known) && known.Pods.Length > 0 && Stopwatch.GetElapsedTime(known.At) < endpointDelay)
        {
            return known.Pods;
        }

        var selector = LabelSelector.OfMap(service.At("spec", "selector"));
        JsonObject[] pods = [.. store.List(Kinds.Pod, key.Namespace).Objects.Where(p => selector.Matches(p) && IsServing(p))];
        _endpoints[key] = (Stopwatch.GetTimestamp(), pods);
        return pods;
    }

    private static bool IsServing(JsonObject pod) =>
        pod.Text("metadata", "deletionTimestamp") is null
        && pod.Items("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True");

    private static long? PortOf(JsonObject pod, JsonNode? port) =>
        long.TryParse(port.Print(), CultureInfo.InvariantCulture, out var number)
            ? number
            : pod.Items("spec", "containers")
                .SelectMany(c => c.Items("ports"))
                .FirstOrDefault(p => p.Text("name") == port.Text())
                .Whole("containerPort");

    private static ApiException NoEndpoints(string name) =>
        new(503, "ServiceUnavailable", $"no endpoints available for service \"{name}\"");
}
