using System.Collections.Concurrent;
using System.Security.Cryptography;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>The PostgreSQL servers that all tests share, one for each major version. The first test that needs a database starts the
/// server.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    /// <summary>The migration role. It is not a superuser, so the tests detect operations that need one.</summary>
    public const string Role = "app";

    private readonly ConcurrentDictionary<int, Lazy<Task<MigrationServer>>> _servers = [];

    /// <summary>
    /// The password of <see cref="Role"/>. It contains every character with a special meaning in a URL or connection string, and
    /// a random part that no output may contain.
    /// </summary>
    public static string Password { get; } = $"p4ss:/@?#%;='\"& {RandomNumberGenerator.GetHexString(16)}";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the default server if it is not running.</summary>
    public Task StartAsync() => ServerAsync(15);

    /// <summary>Creates a database that <see cref="Role"/> owns.</summary>
    /// <param name="major">The major version of the server, 13 to 18.</param>
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
