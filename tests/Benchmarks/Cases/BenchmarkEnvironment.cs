using Migrator.Benchmarks.Contenders;
using Migrator.Benchmarks.Migrations;
using Migrator.Benchmarks.Network;
using Migrator.Tooling.Postgres;
using Migrator.Tooling.Processes;
using Npgsql;

namespace Migrator.Benchmarks.Cases;

/// <summary>
/// The environment of the benchmark: the server, a proxy that adds latency, and the contenders' files.
/// </summary>
internal sealed class BenchmarkEnvironment : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly TempFolder _folder = new();
    private readonly Dictionary<int, MigrationSet> _sets = [];

    private BenchmarkEnvironment(PostgresServer server)
    {
        _server = server;
        Proxy = new LatencyProxy(server.Port, AddedLatency);
    }

    /// <summary>
    /// The latency that the proxy adds to each round trip, as in another availability zone or a busy network.
    /// </summary>
    public static TimeSpan AddedLatency { get; } = TimeSpan.FromMilliseconds(2.4);

    /// <summary>The proxy that adds latency.</summary>
    public LatencyProxy Proxy { get; }

    /// <summary>Starts the server.</summary>
    public static async Task<BenchmarkEnvironment> StartAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var durable = options.IsDurable ? "on" : "off";
        var settings = new Dictionary<string, string>
        {
            ["fsync"] = durable,
            ["full_page_writes"] = durable,
            // No background work of the server during a measurement.
            ["autovacuum"] = "off",
            ["checkpoint_timeout"] = "1d",
            ["max_wal_size"] = "8GB",
            // psql -1 holds the locks on all tables of 2,000 migrations until the transaction ends.
            ["max_locks_per_transaction"] = "1024",
        };
        return new BenchmarkEnvironment(await PostgresServer.StartAsync(
            new PostgresOptions { Major = options.PostgresMajor, Settings = settings }, cancellationToken));
    }

    /// <summary>Returns the address of a database.</summary>
    public DatabaseAddress Address(string database, bool isRemote) =>
        new(_server.Host, isRemote ? Proxy.Port : _server.Port, _server.Superuser, _server.Password, database);

    /// <summary>Returns a set of migrations.</summary>
    public MigrationSet Set(int count) => _sets.TryGetValue(count, out var set) ? set : _sets[count] = new MigrationSet(count);

    /// <summary>Returns the folder with a contender's files, and creates it if necessary.</summary>
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

    /// <summary>Creates an empty database.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = await _server.CreateDatabaseAsync(cancellationToken);
        // The first session of a database fills the server's relation cache for later sessions.
        await _server.ExecuteAsync("SELECT 1", name, cancellationToken);
        return name;
    }

    /// <summary>Drops a database, even if sessions are connected.</summary>
    public Task DropDatabaseAsync(string name) => _server.ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");

    /// <summary>Checks that all migrations are applied to a database.</summary>
    /// <exception cref="ContenderFailedException">Tables are missing.</exception>
    public async Task CheckAppliedAsync(string database, int count, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_server.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            @"SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'bench\_%'", connection);
        var tables = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (tables != Set(count).Tables)
        {
            throw new ContenderFailedException($"created {tables} of {Set(count).Tables} tables");
        }
    }

    /// <summary>Returns the server's version.</summary>
    public async Task<string> ServerVersionAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_server.ConnectionString() + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        return connection.PostgreSqlVersion.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Proxy.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
