using System.Security.Cryptography;
using Migrator.Tooling.Postgres;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>A PostgreSQL server with the migration role, for tests that stop the server or read its log.</summary>
public sealed class MigrationServer : IAsyncDisposable
{
    private readonly PostgresServer _server;

    private MigrationServer(PostgresServer server) => _server = server;

    /// <summary>The log of the server so far.</summary>
    public string Log => _server.Log;

    /// <summary>Starts a server.</summary>
    /// <param name="major">The major version, 13 to 18.</param>
    public static Task<MigrationServer> StartAsync(int major = 15) => StartAsync(new PostgresOptions { Major = major });

    /// <summary>Starts a server.</summary>
    public static async Task<MigrationServer> StartAsync(PostgresOptions options)
    {
        var server = await PostgresServer.StartAsync(options);
        var quoted = SharedServer.Password.Replace("'", "''", StringComparison.Ordinal);
        await server.ExecuteAsync($"CREATE ROLE {SharedServer.Role} LOGIN PASSWORD '{quoted}'");
        return new MigrationServer(server);
    }

    /// <summary>Creates a database that the migration role owns.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync()
    {
        var name = $"test_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await _server.ExecuteAsync(
            $"CREATE DATABASE {name} OWNER {SharedServer.Role}", cancellationToken: TestContext.Current.CancellationToken);
        return new TestDatabase(_server, name);
    }

    /// <summary>An existing database of the server.</summary>
    public TestDatabase Database(string name) => new(_server, name);

    /// <summary>Runs SQL as the superuser, in the database <c>postgres</c>.</summary>
    public Task ExecuteAsync(string sql) => _server.ExecuteAsync(sql, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Restarts the server permanently as a standby (read replica).</summary>
    public async Task BecomeStandbyAsync()
    {
        await StopAsync(StopMode.Fast);
        await File.WriteAllTextAsync(Path.Combine(_server.Folder, "data", "standby.signal"), "", TestContext.Current.CancellationToken);
        await StartAgainAsync();
    }

    public Task StopAsync(StopMode mode) => _server.StopAsync(mode, TestContext.Current.CancellationToken);

    public Task StartAgainAsync() => _server.StartAgainAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
