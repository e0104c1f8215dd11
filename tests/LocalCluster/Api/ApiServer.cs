using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Migrator.LocalCluster.Access;
using Migrator.LocalCluster.Kubelet;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Api;

/// <summary>The API's server on loopback: HTTP for the administrator, and HTTPS with tokens for pods.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private static readonly string[] s_healthPaths = ["/readyz", "/livez", "/healthz"];

    private readonly WebApplication _app;
    private readonly Registry _registry;
    private readonly ResourceReader _reader;
    private readonly ResourceWriter _writer;
    private readonly PodLogs _logs;
    private readonly ServiceProxy _proxy;
    private readonly Rbac _rbac;
    private readonly Func<HttpContext, Task<bool>> _onRequest;
    private readonly CancellationTokenSource _stopping = new();

    private ApiServer(WebApplication app, Registry registry, Deletion deletion, INodeLogs logs, ClusterIdentity identity, ClusterOptions options, Func<HttpContext, Task<bool>> onRequest)
    {
        _onRequest = onRequest;
        _app = app;
        _registry = registry;
        _reader = new ResourceReader(registry.Store);
        _writer = new ResourceWriter(registry, deletion);
        _logs = new PodLogs(registry.Store, logs);
        _proxy = new ServiceProxy(registry.Store, options.EndpointDelay);
        _rbac = new Rbac(identity, registry.Store);
        app.Run(HandleAsync);
    }

    public Uri Address { get; private set; } = null!;

    /// <param name="registry">The objects that the server serves.</param>
    /// <param name="deletion">Deletes objects.</param>
    /// <param name="logs">Finds the logs of containers.</param>
    /// <param name="identity">The certificate for HTTPS, and the tokens. Receives the port.</param>
    /// <param name="options">The delays.</param>
    /// <param name="onRequest">See <see cref="Cluster.OnRequest"/>.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<ApiServer> StartAsync(
        Registry registry,
        Deletion deletion,
        INodeLogs logs,
        ClusterIdentity identity,
        ClusterOptions options,
        Func<HttpContext, Task<bool>> onRequest,
        CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(identity.ServerCertificate));
            kestrel.Limits.MaxRequestBodySize = 8 * 1024 * 1024;
            kestrel.Limits.MinResponseDataRate = null;
        });
        // DisposeAsync cancels all watches, so a stop does not need more time.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Logging.ClearProviders();
        var server = new ApiServer(builder.Build(), registry, deletion, logs, identity, options, onRequest);
        await server._app.StartAsync(cancellationToken);
        var addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Uri[] uris = [.. addresses.Addresses.Select(a => new Uri(a))];
        server.Address = uris.Single(a => a.Scheme == Uri.UriSchemeHttp);
        identity.Port = uris.Single(a => a.Scheme == Uri.UriSchemeHttps).Port;
        return server;
    }

    /// <summary>See <see cref="Cluster.Compact"/>.</summary>
    public void Compact() => _reader.Compact();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping.Token);
        http.RequestAborted = linked.Token;
        try
        {
            await RouteAsync(http);
        }
        catch (ApiException refusal)
        {
            await WriteAsync(http, refusal.Code, refusal.ToStatus());
        }
        catch (JsonException problem)
        {
            await WriteAsync(http, 400, ApiException.BadRequest(problem.Message).ToStatus());
        }
        catch (OperationCanceledException) when (linked.IsCancellationRequested)
        {
            // The client disconnected, or the cluster is being disposed.
        }
        catch (IOException) when (http.Response.HasStarted)
        {
            // The client disconnected.
        }
        catch (Exception problem) when (!http.Response.HasStarted)
        {
            await WriteAsync(
                http, 500, new ApiException(500, "InternalError", $"Internal error occurred: {problem}").ToStatus());
        }
    }

    private async Task RouteAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (s_healthPaths.Contains(path))
        {
            await http.Response.WriteAsync("ok", http.RequestAborted);
            return;
        }

        if (http.Request.IsHttps && await _onRequest(http))
        {
            return;
        }

        var account = _rbac.Authenticate(http.Request);
        if (Documents.Find(path, http.Request.Headers.Accept.ToString()) is { } document)
        {
            await document.WriteAsync(http);
            return;
        }

        var target = RequestPath.Parse(path);
        _rbac.Authorize(account, target, http.Request);
        var query = http.Request.Query;
        switch (http.Request.Method, target)
        {
            case ("GET", { Kind.Kind: "Pod", Subresource: "log" }):
                await _logs.WriteAsync(http, target);
                break;
            case (_, { Kind.Kind: "Pod" or "Service", Subresource: "proxy" }):
                await _proxy.ForwardAsync(http, target);
                break;
            case ("GET", { Name: "" }) when query["watch"] == "true" || query["watch"] == "1":
                await new WatchStream(_registry.Store, target, http).RunAsync();
                break;
            case ("GET", { Subresource: "" or "status" or "scale" }):
                await WriteAsync(http, 200, _reader.Read(target, http.Request));
                break;
            case ("POST" or "PUT" or "PATCH" or "DELETE", _):
                var (code, answer) = await _writer.WriteAsync(target, http);
                await WriteAsync(http, code, Tables.IsRequested(http.Request) ? Tables.Of(target.Kind, answer) : answer);
                break;
            default:
                throw ApiException.MethodNotAllowed();
        }
    }

    internal static async Task WriteAsync(HttpContext http, int code, JsonObject body)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        var bytes = body.ToUtf8();
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }
}
