using Microsoft.Extensions.Time.Testing;
using Migrator.Configuration;
using Migrator.Database;
using Migrator.Tooling.Processes;
using Xunit;

namespace Migrator.Tests.Database;

/// <summary>The time for which a run waits for its database. The test controls the clock.</summary>
public sealed class DatabaseConnectorTests
{
    [Fact(Timeout = 30_000)]
    public async Task The_connector_stops_after_connect_wait_and_reports_each_reason_once()
    {
        var time = new FakeTimeProvider();
        var progress = new Messages();
        var connector = new DatabaseConnector(Options(TimeSpan.FromMinutes(30)), progress, time);

        Task connecting = connector.ConnectAsync(TestContext.Current.CancellationToken);
        // The first attempt takes real time. If the clock ran meanwhile, the attempt could be the last one.
        await Task.WhenAny(progress.FirstWait, connecting);
        while (!connecting.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        var failure = await Assert.ThrowsAsync<MigrateException>(() => connecting);
        Assert.Equal(ExitCode.DatabaseUnreachable, failure.ExitCode);
        Assert.True(time.GetUtcNow() - time.Start >= TimeSpan.FromMinutes(30));
        Assert.StartsWith("waiting for the database app on 127.0.0.1:", Assert.Single(progress.Waits), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_connect_wait_of_zero_is_one_attempt()
    {
        var progress = new Messages();

        var failure = await Assert.ThrowsAsync<MigrateException>(
            () => new DatabaseConnector(Options(TimeSpan.Zero), progress, new FakeTimeProvider()).ConnectAsync(TestContext.Current.CancellationToken));

        Assert.Equal(ExitCode.DatabaseUnreachable, failure.ExitCode);
        Assert.Empty(progress.Waits);
    }

    // Nothing listens on the port.
    private static MigrateOptions Options(TimeSpan connectWait)
    {
        var port = FreePort.Next();
        return new MigrateOptions
        {
            Directories = [],
            Connection = () =>
            {
                var settings = new ConnectionSettings();
                settings.AddWhereMissing(ConnectionSettings.Parse($"postgres://app@127.0.0.1:{port}/app"));
                return settings;
            },
            ConnectWait = connectWait,
            HistoryTable = "changelog",
            FlywayTable = "flyway_schema_history",
            FailOn = "error",
        };
    }

    private sealed class Messages : IProgress
    {
        private readonly TaskCompletionSource _firstWait = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Waits { get; } = [];

        public Task FirstWait => _firstWait.Task;

        public void Waiting(string message)
        {
            Waits.Add(message);
            _firstWait.TrySetResult();
        }

        public void Info(string message)
        {
        }

        public void Warning(Problem warning)
        {
        }
    }
}
