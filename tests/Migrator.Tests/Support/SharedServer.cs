using System.Security.Cryptography;
using Migrator.Tooling.Postgres;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>The one PostgreSQL of all tests here, started by the first that asks for a database.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    /// <summary>The role that migrates: no superuser, so that what needs one is found out.</summary>
    public const string Role = "app";

    private readonly Lazy<Task<PostgresServer>> _server = new(StartWithRoleAsync);

    /// <summary>
    /// The password of <see cref="Role"/>: it holds every character that a URL or a connection string gives a meaning to,
    /// and a marker that is to be found nowhere in any output.
    /// </summary>
    public static string Password { get; } = $"p4ss:/@?#%;='\"& {RandomNumberGenerator.GetHexString(16)}";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the server, if no test has yet.</summary>
    public Task StartAsync() => _server.Value;

    /// <summary>A fresh database, owned by <see cref="Role"/>.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync()
    {
        var server = await _server.Value.WaitAsync(TestContext.Current.CancellationToken);
        var name = $"test_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await server.ExecuteAsync(
            $"CREATE DATABASE {name} OWNER {Role}", cancellationToken: TestContext.Current.CancellationToken);
        return new TestDatabase(server, name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }

    private static async Task<PostgresServer> StartWithRoleAsync()
    {
        var server = await PostgresServer.StartAsync();
        var quoted = Password.Replace("'", "''", StringComparison.Ordinal);
        await server.ExecuteAsync($"CREATE ROLE {Role} LOGIN PASSWORD '{quoted}'");
        return server;
    }
}
