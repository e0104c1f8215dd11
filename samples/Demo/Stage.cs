using Migrator.Demo.Database;
using Migrator.Demo.Shop;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;

namespace Migrator.Demo;

/// <summary>What the story is played on: a PostgreSQL with the shop's empty database, and three releases.</summary>
internal sealed class Stage(PostgresServer server, ShopDatabase database, IReadOnlyList<Release> releases)
    : IAsyncDisposable
{
    private readonly TempFolder _logs = new();

    public ShopDatabase Database => database;

    /// <summary>Where servers write their logs; goes with the stage.</summary>
    public string LogFolder => _logs.Path;

    /// <summary>Release 1, 2 or 3.</summary>
    public Release Release(int version) => releases[version - 1];

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        await server.DisposeAsync();
        _logs.Dispose();
    }
}
