using System.Globalization;
using System.Net;
using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Tooling.Tests;

/// <summary>The versions of the sample service on one database, as during a rollout.</summary>
public sealed class OrdersSpecs
{
    private const int First = 1;

    [Fact(Timeout = 600_000)]
    public async Task Each_version_serves_on_the_schema_of_the_next_and_only_the_contract_script_breaks_the_older_one()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var logs = new TempFolder();
        await using var database = await PostgresServer.StartAsync(cancellationToken: cancel);
        await MigrateAsync(First, database, "expand");
        for (var version = First; version < OrdersBinary.Newest; version++)
        {
            await using var server = await Server.StartAsync(version, database, logs, cancel);
            Assert.Equal(HttpStatusCode.OK, (await server.OrdersAsync(cancel)).Status);
            var before = await NumbersAsync(server, version, cancel);

            await MigrateAsync(version + 1, database, "expand");

            Assert.Equal(before, await NumbersAsync(server, version, cancel));
        }

        await using var v4 = await Server.StartAsync(OrdersBinary.Newest - 1, database, logs, cancel);
        await using var v5 = await Server.StartAsync(OrdersBinary.Newest, database, logs, cancel);
        var numbers = await NumbersAsync(v4, OrdersBinary.Newest - 1, cancel);
        Assert.Contains("O-2025-000001", numbers);
        Assert.Equal(numbers, await NumbersAsync(v5, OrdersBinary.Newest, cancel));

        await MigrateAsync(OrdersBinary.Newest, database, "contract");

        Assert.Equal(numbers, await NumbersAsync(v5, OrdersBinary.Newest, cancel));
        Assert.Equal(HttpStatusCode.InternalServerError, (await v4.OrdersAsync(cancel)).Status);
    }

    private static async Task MigrateAsync(int version, PostgresServer database, string phase)
    {
        var result = await Guarded.Command(
                await OrdersBinary.PathAsync(version, TestContext.Current.CancellationToken), "migrate", "up", $"--phase={phase}")
            .WithEnvironmentVariables(new Dictionary<string, string?> { ["DATABASE_URL"] = database.Url() })
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.StandardOutput + result.StandardError);
    }

    /// <summary>Returns the numbers of all orders under the name of the version, or the ids of v1, which has no numbers.</summary>
    private static async Task<IReadOnlyList<string>> NumbersAsync(Server server, int version, CancellationToken cancellationToken)
    {
        var (status, body) = await server.OrdersAsync(cancellationToken);
        Assert.True(status == HttpStatusCode.OK, $"v{version}: {status}");
        string[] names = version switch { 1 => ["id"], 2 or 3 => ["reference"], 4 => ["number", "reference"], _ => ["number"] };
        var orders = JsonDocument.Parse(body).RootElement.EnumerateArray().ToArray();
        Assert.Equal(4, orders.Length);
        Assert.All(orders, order => Assert.Equal(
            names, order.EnumerateObject().Select(p => p.Name).Where(name => name is "number" or "reference" || (version == 1 && name == "id")).Order(StringComparer.Ordinal)));
        Assert.All(orders, order => Assert.Single(names.Select(name => order.GetProperty(name).ToString()).Distinct()));
        return [.. orders.Select(order => order.GetProperty(names[0]).ToString())];
    }

    /// <summary>A running server of a version.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly HttpClient _client;
        private readonly GuardedProcess _process;

        private Server(GuardedProcess process, int port)
        {
            _process = process;
            _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        }

        public static async Task<Server> StartAsync(int version, PostgresServer database, TempFolder logs, CancellationToken cancellationToken)
        {
            var port = FreePort.Next();
            var process = GuardedProcess.Start(
                await OrdersBinary.PathAsync(version, cancellationToken),
                ["server"],
                Path.Combine(logs.Path, $"v{version}.log"),
                logs.Path,
                new Dictionary<string, string?>
                {
                    ["DATABASE_URL"] = database.Url(),
                    ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
                    ["POD_IP"] = "127.0.0.1",
                });
            var server = new Server(process, port);
            while (!await server.IsReadyAsync(cancellationToken))
            {
                Assert.False(process.HasExited, $"v{version} has exited");
                await Task.Delay(100, cancellationToken);
            }

            return server;
        }

        public async Task<(HttpStatusCode Status, string Body)> OrdersAsync(CancellationToken cancellationToken)
        {
            using var response = await _client.GetAsync(new Uri("/orders", UriKind.Relative), cancellationToken);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            await _process.DisposeAsync();
        }

        private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
        {
            try
            {
                using var response = await _client.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken);
                return response.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }
}
