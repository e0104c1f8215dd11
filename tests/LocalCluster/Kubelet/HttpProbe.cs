using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>Probes a container over the network. The methods return an error message, or null on success.</summary>
internal static class HttpProbe
{
    private static readonly HttpClient s_client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public static async Task<string?> GetAsync(
        ContainerRun run, JsonObject container, JsonObject get, CancellationToken cancellationToken)
    {
        var address = get.Text("host") ?? run.Address;
        var scheme = get.Text("scheme")?.ToLowerInvariant() ?? "http";
        var path = (get.Text("path") ?? "/").TrimStart('/');
        var url = $"{scheme}://{address}:{PortOf(container, get["port"])}/{path}";
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.36");
        foreach (var header in get.Items("httpHeaders"))
        {
            request.Headers.TryAddWithoutValidation(header.Text("name")!, header.Text("value"));
        }

        try
        {
            using var response = await s_client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var code = (int)response.StatusCode;
            return code is >= 200 and < 400
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"HTTP probe failed with statuscode: {code}");
        }
        catch (HttpRequestException problem)
        {
            return $"Get \"{url}\": dial tcp: {problem.GetBaseException().Message}";
        }
    }

    public static async Task<string?> ConnectAsync(
        ContainerRun run, JsonObject container, JsonObject target, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var address = target.Text("host") ?? run.Address;
        var port = PortOf(container, target["port"]);
        try
        {
            await socket.ConnectAsync(address, (int)port, cancellationToken);
            return null;
        }
        catch (SocketException problem)
        {
            return $"dial tcp {address}:{port}: connect: {problem.Message}";
        }
    }

    private static long PortOf(JsonObject container, JsonNode? port) =>
        long.TryParse(port.Print(), CultureInfo.InvariantCulture, out var number)
            ? number
            : container.Items("ports").FirstOrDefault(p => p.Text("name") == port.Text()).Whole("containerPort") ?? 0;
}
