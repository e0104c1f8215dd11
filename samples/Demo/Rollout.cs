using System.Diagnostics;
using Migrator.Demo.Narration;
using Migrator.Demo.Shop;

namespace Migrator.Demo;

/// <summary>
/// What a deployment does, by hand: migrate, then start the new server, then stop the old one. One server runs at a
/// time, but for the moment of the change.
/// </summary>
internal sealed class Rollout(Stage stage, Timeline timeline, Narrator narrator) : IAsyncDisposable
{
    private readonly OrdersMigrate _migrate = new(stage.Database.Url, narrator);
    private (OrdersServer Server, Timeline.Span Span)? _current;

    /// <summary>The server that customers talk to.</summary>
    /// <exception cref="InvalidOperationException">None was started yet.</exception>
    public OrdersServer Current =>
        _current?.Server ?? throw new InvalidOperationException("No server was started yet.");

    /// <summary><c>migrate up</c>; the server that runs, if one does, is asked for orders all the while.</summary>
    /// <param name="release">Whose scripts.</param>
    /// <param name="exitCode">The exit code that is expected.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<CommandOutcome> MigrateAsync(Release release, int exitCode, CancellationToken cancellationToken)
    {
        var span = timeline.Begin($"{release.Name} migrates");
        var (outcome, traffic) = _current is null
            ? (await UpAsync(), null)
            : await Traffic.DuringAsync(Current, UpAsync, cancellationToken);
        span.End();
        var version = await stage.Database.VersionAsync(cancellationToken);
        span.Outcome = outcome.ExitCode == 0 ? $"database at {version}" : $"fails, database at {version}";

        narrator.Expect(
            outcome.ExitCode == exitCode, $"exit code {exitCode}", $"exit code {outcome.ExitCode}", outcome.Took);

        if (traffic is not null)
        {
            narrator.Expect(
                traffic.Failures.Count == 0,
                $"{Current.Name} answered all {traffic.Answered} requests meanwhile, the slowest in "
                    + Elapsed.Text(traffic.Slowest),
                $"{traffic.Failures.Count} failed: {string.Join('\n', traffic.Failures.Take(3))}");
        }

        return outcome;

        Task<CommandOutcome> UpAsync() => _migrate.RunAsync(release, ["up"], cancellationToken);
    }

    /// <summary><c>migrate status</c>, whose exit code tells whether anything is pending: 0 or 5.</summary>
    public Task<CommandOutcome> ShowStatusAsync(Release release, CancellationToken cancellationToken) =>
        _migrate.RunAsync(release, ["status", "--exit-code"], cancellationToken);

    /// <summary>Starts a release's server, and when it answers stops the one before it.</summary>
    public async Task ServeAsync(Release release, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        narrator.Command("orders server", release.Name);
        var server = await OrdersServer.StartAsync(release, stage.Database.Url, stage.LogFolder, cancellationToken);
        var before = _current;
        _current = (server, timeline.Begin($"{release.Name} serves"));
        try
        {
            await ShowOrdersAsync(server, watch, cancellationToken);
            if (before is { } old)
            {
                var exitCode = await old.Server.StopAsync(cancellationToken);
                old.Span.End();
                narrator.Expect(
                    exitCode == 0, $"{old.Server.Name} ended on SIGTERM, with exit code 0", $"exit code {exitCode}");
            }
        }
        finally
        {
            if (before is { } old)
            {
                await old.Server.DisposeAsync();
            }
        }
    }

    /// <summary>After a step that failed: ends the server and tells what it has logged about it.</summary>
    public async Task TellServerFailureAsync(CancellationToken cancellationToken)
    {
        if (_current is { Server: { IsRunning: true } server }
            && await server.EndAndFindFailureAsync(cancellationToken) is { } failure)
        {
            narrator.Output($"{server.Name}'s server has logged:\n{failure}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_current is { } last)
        {
            await last.Server.DisposeAsync();
        }
    }

    private async Task ShowOrdersAsync(OrdersServer server, Stopwatch watch, CancellationToken cancellationToken)
    {
        narrator.Command($"curl {server.Address}orders", server.Name);
        var orders = await server.OrdersAsync(cancellationToken);
        narrator.Output(orders is [var newest, .. var others] ? $"[{newest},\n … and {others.Length} more]" : "[]");
        var version = await server.VersionAsync(cancellationToken);
        narrator.Expect(
            version == server.Name && orders.Length > 0,
            $"{server.Name} answers, with {orders.Length} orders",
            $"{orders.Length} orders, and the version {version}",
            watch.Elapsed);
    }
}
