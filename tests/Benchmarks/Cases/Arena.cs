using Migrator.Benchmarks.Contenders;
using Migrator.Benchmarks.Migrations;
using Migrator.Benchmarks.Network;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Npgsql;

namespace Migrator.Benchmarks.Cases;

/// <summary>The server, near and far, and what the contenders find on disk.</summary>
internal sealed class Arena : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly TempFolder _folder = new();
    private readonly Dictionary<int, MigrationSet> _sets = [];

    private Arena(PostgresServer server)
    {
        _server = server;
        Far = new FarProxy(server.Port, RoundTrip);
    }

    /// <summary>What a far server adds to each round trip: another availability zone, or a busy network.</summary>
    public static TimeSpan RoundTrip { get; } = TimeSpan.FromMilliseconds(2.4);

    /// <summary>The longer road to the server.</summary>
    public FarProxy Far { get; }

    /// <summary>Starts the server.</summary>
    public static async Task<Arena> StartAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var durable = options.IsDurable ? "on" : "off";
        var settings = new Dictionary<string, string>
        {
            ["fsync"] = durable,
            ["full_page_writes"] = durable,
            // Nothing of its own in the middle of a measurement.
            ["autovacuum"] = "off",
            ["checkpoint_timeout"] = "1d",
            ["max_wal_size"] = "8GB",
            // psql -1 holds the locks of all that 2,000 migrations make until its end.
            ["max_locks_per_transaction"] = "1024",
        };
        return new Arena(await PostgresServer.StartAsync(
            new PostgresOptions { Major = options.PostgresMajor, Settings = settings }, cancellationToken));
    }

    /// <summary>Where a database is.</summary>
    public DatabaseAddress Address(string database, bool isFar) =>
        new(_server.Host, isFar ? Far.Port : _server.Port, _server.Superuser, _server.Password, database);

    /// <summary>Migrations.</summary>
    public MigrationSet Set(int count) => _sets.TryGetValue(count, out var set) ? set : _sets[count] = new MigrationSet(count);

    /// <summary>The folder with a contender's own files.</summary>
    public string Scripts(Contender contender, int count)
    {
        var folder = Path.Combine(_folder.Path, $"{contender.Name}-{count}");
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            contender.Write(Set(count), folder);
        }

        return folder;
    }

    /// <summary>Makes an empty database.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = await _server.CreateDatabaseAsync(cancellationToken);
        // The first session of a database builds the server's cache of it, for those that come after.
        await _server.ExecuteAsync("SELECT 1", name, cancellationToken);
        return name;
    }

    /// <summary>Drops a database, whoever is connected.</summary>
    public Task DropDatabaseAsync(string name) => _server.ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");

    /// <summary>Makes sure that all the migrations are in a database.</summary>
    /// <exception cref="ContenderFailedException">They are not.</exception>
    public async Task CheckAppliedAsync(string database, int count, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_server.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            @"SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'bench\_%'", connection);
        var tables = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (tables != Set(count).Tables)
        {
            throw new ContenderFailedException($"made {tables} of {Set(count).Tables} tables");
        }
    }

    /// <summary>The server's version, as it says it.</summary>
    public async Task<string> ServerVersionAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_server.ConnectionString() + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        return connection.PostgreSqlVersion.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Far.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
