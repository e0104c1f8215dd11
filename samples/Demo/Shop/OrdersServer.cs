using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Migrator.Demo.Narration;
using Migrator.Tooling.Processes;

namespace Migrator.Demo.Shop;

/// <summary><c>orders server</c> of a release, on a free port of 127.0.0.1; ends with its disposal.</summary>
internal sealed class OrdersServer : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(30);

    private readonly GuardedProcess _process;
    private readonly HttpClient _client;
    private readonly string _logFile;

    private OrdersServer(Release release, int port, GuardedProcess process, string logFile)
    {
        Release = release;
        _process = process;
        _logFile = logFile;
        Address = new Uri($"http://127.0.0.1:{port}/");
        // Loopback is not for the proxy that HTTP_PROXY names.
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(10),
        };
    }

    public Release Release { get; }

    /// <summary><c>v1</c></summary>
    public string Name => Release.Name;

    /// <summary>Ends with a slash.</summary>
    public Uri Address { get; }

    /// <summary>Whether it is still the process that was started.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts a server and returns when it says that it is ready.</summary>
    /// <param name="release">Whose server.</param>
    /// <param name="databaseUrl">Its database.</param>
    /// <param name="logFolder">Where its log goes.</param>
    /// <param name="cancellationToken">Ends the starting, and the server.</param>
    /// <exception cref="ExpectationException">It did not come up; with its log.</exception>
    public static async Task<OrdersServer> StartAsync(
        Release release, string databaseUrl, string logFolder, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var port = FreePort.Next();
            var text = port.ToString(CultureInfo.InvariantCulture);
            var log = Path.Combine(logFolder, $"orders-{release.Name}-{text}.log");
            var environment = ShopEnvironment.With(databaseUrl, ("PORT", text), ("POD_IP", "127.0.0.1"));
            var process = GuardedProcess.Start(release.Orders, ["server"], log, release.Folder, environment);
            var server = new OrdersServer(release, port, process, log);
            try
            {
                if (await server.IsUpAsync(cancellationToken))
                {
                    return server;
                }

                // Somebody was quicker on this port: another one.
                if (tries == 5 || !server.Log.Contains("cannot listen", StringComparison.Ordinal))
                {
                    throw new ExpectationException($"{release.Name}'s server starts", $"it ended\n{server.Log}");
                }

                await server.DisposeAsync();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>What <c>/version</c> says: <c>v1</c>.</summary>
    public async Task<string?> VersionAsync(CancellationToken cancellationToken)
    {
        using var answer = JsonDocument.Parse(await GetAsync("version", cancellationToken));
        return answer.RootElement.GetProperty("version").GetString();
    }

    /// <summary>The orders that <c>/orders</c> answers with, as JSON.</summary>
    /// <exception cref="ExpectationException">It answered with an error, or not at all.</exception>
    public async Task<string[]> OrdersAsync(CancellationToken cancellationToken)
    {
        using var answer = JsonDocument.Parse(await GetAsync("orders", cancellationToken));
        return [.. answer.RootElement.EnumerateArray().Select(order => order.GetRawText())];
    }

    /// <summary>Sends SIGTERM, as Kubernetes does, and returns the exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        _process.Send(Signal.Terminate);
        return await _process.WaitAsync(cancellationToken).WaitAsync(s_stopLimit, cancellationToken);
    }

    /// <summary>Ends the server, so that its log is whole, and returns the first failure in it, or null.</summary>
    public async Task<string?> EndAndFindFailureAsync(CancellationToken cancellationToken)
    {
        await StopAsync(cancellationToken);
        var failure = File.ReadLines(_logFile)
            .SkipWhile(line => !line.StartsWith("fail:", StringComparison.Ordinal))
            .Take(4);
        return string.Join('\n', failure).TrimEnd() is { Length: > 0 } text ? text : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _client.Dispose();
    }

    /// <summary>The end of its log, where the cause of a failure is.</summary>
    private string Log => File.Exists(_logFile) ? string.Join('\n', File.ReadLines(_logFile).TakeLast(20)) : "";

    private async Task<string> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken);
        }
        catch (Exception problem) when (
            problem is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new ExpectationException($"{Name} answers /{path}", problem.Message);
        }
    }

    /// <summary>Waits for it; false when the process has ended.</summary>
    private async Task<bool> IsUpAsync(CancellationToken cancellationToken)
    {
        for (var watch = Stopwatch.StartNew(); !_process.HasExited; await Task.Delay(s_pause, cancellationToken))
        {
            if (await IsReadyAsync(cancellationToken))
            {
                return true;
            }

            if (watch.Elapsed > s_startLimit)
            {
                throw new ExpectationException(
                    $"{Name}'s server is ready within {Elapsed.Text(s_startLimit)}", $"it is not\n{Log}");
            }
        }

        return false;
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _client.GetAsync(new Uri("readyz", UriKind.Relative), cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
