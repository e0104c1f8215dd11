using Migrator.Tooling.Postgres;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>A database of the shared server behind PgBouncer.</summary>
public sealed class PooledDatabase : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly PgBouncer _bouncer;

    private PooledDatabase(TestDatabase database, PgBouncer bouncer) => (_database, _bouncer) = (database, bouncer);

    /// <summary>The URL of the database through PgBouncer.</summary>
    public string Url => _database.Url.Replace($":{_database.Port}/", $":{_bouncer.Port}/", StringComparison.Ordinal);

    /// <summary>Starts PgBouncer. Skips the test if PgBouncer is not installed.</summary>
    /// <param name="database">The database.</param>
    /// <param name="mode">The pool_mode of PgBouncer.</param>
    /// <param name="settings">More settings of PgBouncer.</param>
    public static async Task<PooledDatabase> StartAsync(TestDatabase database, string mode, params (string Name, string Value)[] settings)
    {
        Assert.SkipUnless(PgBouncer.IsInstalled, "PgBouncer is not installed here (apt-get install pgbouncer; .ci/run does it)");
        var all = settings.ToDictionary(s => s.Name, s => s.Value);
        all["pool_mode"] = mode;
        return new PooledDatabase(
            database, await PgBouncer.StartAsync(database.Port, SharedServer.Role, SharedServer.Password, all, TestContext.Current.CancellationToken));
    }

    public ValueTask DisposeAsync() => _bouncer.DisposeAsync();
}
