using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Npgsql;

namespace Orders;

/// <summary><c>orders server</c>: the HTTP API.</summary>
internal static class Server
{
    /// <summary>Longer than any request takes, and shorter than Kubernetes' termination grace period of 30 s.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>A response after the probe's timeout is useless, and Npgsql's default timeout is 15 s.</summary>
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(2);

    private const string ServedBy = "Served-By";

    private static readonly string Version = $"v{typeof(Server).Assembly.GetName().Version!.Major}";

    /// <summary>Serves until SIGTERM or SIGINT, waits for running requests, and returns 0.</summary>
    /// <exception cref="SettingsException">
    /// The port is in use, or the address does not belong to this machine.
    /// </exception>
    public static async Task<int> RunAsync(ServerSettings settings, NpgsqlConnectionStringBuilder database)
    {
        // The host reads settings files in the content root and watches all its subfolders. The default is the current
        // folder. If a container starts in `/`, watching it takes seconds.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Base images set ASPNETCORE_HTTP_PORTS. Kestrel's own endpoint takes precedence; clearing the setting avoids a
        // warning.
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, "");
        // The host logs a startup failure as a stack trace. The catch block below reports it in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddProblemDetails();
        // Does not open a connection: the server starts and is live without its database.
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
        // Clients that send requests to the Service can see which version and which pod has answered.
        string servedBy = $"{Version} {Environment.GetEnvironmentVariable("HOSTNAME") ?? Environment.MachineName}";
        app.Use((context, next) =>
        {
            context.Response.Headers[ServedBy] = servedBy;
            return next(context);
        });
        // Liveness. It does not check the database, because a restart of this process would not repair the database.
        app.MapGet("/healthz", () => "ok");
        // Readiness. It checks whether the database answers, not its schema: the migration Job and the gate ensure that
        // the schema is up to date before the first pod starts.
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
