using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Npgsql;

namespace Orders;

/// <summary><c>orders server</c>: the HTTP API.</summary>
internal static class Server
{
    /// <summary>Longer than any request here takes, shorter than the 30 s after which Kubernetes kills.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>An answer that comes after the probe has given up is none; Npgsql's own limit is 15 s.</summary>
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(2);

    private static readonly string Version = $"v{typeof(Server).Assembly.GetName().Version!.Major}";

    /// <summary>Serves until SIGTERM or SIGINT, lets requests under way finish, and returns 0.</summary>
    /// <exception cref="SettingsException">The port is taken, or the address is not this machine's.</exception>
    public static async Task<int> RunAsync(ServerSettings settings, NpgsqlConnectionStringBuilder database)
    {
        // The host looks for settings files under its root and watches it, subfolders too. That would be the
        // current folder; in `/`, where a container may well start, the watching alone takes seconds.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Base images set a port of theirs (ASPNETCORE_HTTP_PORTS). Ours wins; with that emptied, without a warning.
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, "");
        // Says that the server could not start, which is said below in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddProblemDetails();
        // Opens no connection yet: the server starts, and says that it is alive, without its database.
        builder.Services.AddSingleton(NpgsqlDataSource.Create(database));

        await using var app = builder.Build();
        app.UseExceptionHandler();
        MapEndpoints(app);
        try
        {
            await app.StartAsync();
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            throw new SettingsException($"cannot listen on {settings}: {problem.Message}");
        }

        await app.WaitForShutdownAsync();
        return ExitCode.Done;
    }

    private static void Listen(KestrelServerOptions kestrel, ServerSettings settings)
    {
        if (settings.Address is null)
        {
            kestrel.ListenAnyIP(settings.Port);
        }
        else
        {
            kestrel.Listen(settings.Address, settings.Port);
        }
    }

    private static void MapEndpoints(WebApplication app)
    {
        // Liveness. It does not ask the database: restarting this process would not mend that.
        app.MapGet("/healthz", () => "ok");
        // Readiness. It asks whether the database answers, and not what is in it: that the schema is there before the
        // first pod starts is for the migration Job and the gate to see to.
        app.MapGet("/readyz", IsReadyAsync);
        app.MapGet("/version", () => new { version = Version });
        app.MapGet("/orders", OrdersQueries.ListAsync);
    }

    private static async Task<IResult> IsReadyAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReadyTimeout);
        try
        {
            await using var ping = database.CreateCommand("SELECT 1");
            await ping.ExecuteScalarAsync(limit.Token);
            return Results.Text("ok");
        }
        catch (Exception problem) when (problem is NpgsqlException or OperationCanceledException)
        {
            return Results.Text("no database", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
