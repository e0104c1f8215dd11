using Migrator.Tooling;
using Migrator.Tooling.Postgres;
using Npgsql;

namespace Migrator.Demo.Database;

/// <summary>The shop's database as an onlooker sees it, and the way for data to come into it.</summary>
internal sealed class ShopDatabase : IAsyncDisposable
{
    private const string Name = "shop";

    private readonly NpgsqlDataSource _source;

    private ShopDatabase(PostgresServer server)
    {
        Url = server.Url(Name);
        _source = NpgsqlDataSource.Create(server.ConnectionString(Name));
    }

    /// <summary>The postgres:// address, with the password.</summary>
    public string Url { get; }

    /// <summary>Makes the database, empty.</summary>
    public static async Task<ShopDatabase> CreateAsync(PostgresServer server, CancellationToken cancellationToken)
    {
        await server.ExecuteAsync($"CREATE DATABASE {Name}", cancellationToken: cancellationToken);
        return new ShopDatabase(server);
    }

    /// <summary>Runs a file of <c>samples/Orders/data</c>, in one transaction as <c>psql -1 -f</c> does.</summary>
    public async Task RunFileAsync(string file, CancellationToken cancellationToken)
    {
        var sql = await File.ReadAllTextAsync(RepositoryRoot.Combine(file), cancellationToken);
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var command = new NpgsqlCommand(sql, connection, transaction))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The scripts that the history holds, by name; a repeatable one that ran twice is there once.</summary>
    public Task<IReadOnlyList<string>> AppliedScriptsAsync(CancellationToken cancellationToken) => ListAsync(
        // Evolve has a row for the schema, too.
        """
        SELECT DISTINCT name COLLATE "C" FROM changelog WHERE success AND name LIKE '%.sql' ORDER BY 1
        """,
        cancellationToken);

    /// <summary>The newest version that is applied.</summary>
    public async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        var newest = await ListAsync(
            "SELECT version FROM changelog WHERE success AND name LIKE 'V%.sql' ORDER BY id DESC LIMIT 1",
            cancellationToken);
        return newest.Single();
    }

    /// <summary>The customers that share an address with another, however it is written: one line each.</summary>
    public Task<IReadOnlyList<string>> TwinsAsync(CancellationToken cancellationToken) => ListAsync(
        """
        SELECT format('customer %s: %s <%s>, %s order(s)', id, name, email,
                      (SELECT count(*) FROM orders WHERE customer_id = customers.id))
        FROM customers
        WHERE lower(email) IN (SELECT lower(email) FROM customers GROUP BY 1 HAVING count(*) > 1)
        ORDER BY id
        """,
        cancellationToken);

    /// <summary>How many orders there are.</summary>
    public async Task<string> OrderCountAsync(CancellationToken cancellationToken) =>
        (await ListAsync("SELECT count(*)::text FROM orders", cancellationToken)).Single();

    /// <summary>All that the schema is made of, and its history.</summary>
    public async Task<SchemaSnapshot> SnapshotAsync(CancellationToken cancellationToken) =>
        new(await ListAsync(SchemaSnapshot.Query, cancellationToken));

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<IReadOnlyList<string>> ListAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
