using System.Collections.Concurrent;
using System.Security.Cryptography;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>The PostgreSQL of all tests here, one for each major version, started by the first that asks for a database.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    /// <summary>The role that migrates: no superuser, so that what needs one is found out.</summary>
    public const string Role = "app";

    private readonly ConcurrentDictionary<int, Lazy<Task<MigrationServer>>> _servers = [];

    /// <summary>
    /// The password of <see cref="Role"/>: it holds every character that a URL or a connection string gives a meaning to,
    /// and a marker that is to be found nowhere in any output.
    /// </summary>
    public static string Password { get; } = $"p4ss:/@?#%;='\"& {RandomNumberGenerator.GetHexString(16)}";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the usual server, if no test has yet.</summary>
    public Task StartAsync() => ServerAsync(15);

    /// <summary>A fresh database, owned by <see cref="Role"/>.</summary>
    /// <param name="major">The server's major version: 15 or 18.</param>
    public async Task<TestDatabase> CreateDatabaseAsync(int major = 15)
    {
        var server = await ServerAsync(major).WaitAsync(TestContext.Current.CancellationToken);
        return await server.CreateDatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values.Where(s => s.IsValueCreated))
        {
            await (await server.Value).DisposeAsync();
        }
    }

    private Task<MigrationServer> ServerAsync(int major)
        => _servers.GetOrAdd(major, m => new(() => MigrationServer.StartAsync(m))).Value;
}
