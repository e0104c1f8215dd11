using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace Migrator.EndToEnd;

/// <summary>A database of one's own on a cluster's PostgreSQL; it goes with its disposal.</summary>
public sealed class E2EDatabase : IAsyncDisposable
{
    private readonly string _adminConnection;
    private readonly string _connection;

    private E2EDatabase(string serverUrl, string name)
    {
        Name = name;
        Url = PostgresUrl.WithDatabase(serverUrl, name);
        _adminConnection = PostgresUrl.ToConnectionString(serverUrl);
        _connection = PostgresUrl.ToConnectionString(Url);
    }

    /// <summary>Its name, which no other has.</summary>
    public string Name { get; }

    /// <summary>Its postgres:// address, with the password.</summary>
    public string Url { get; }

    /// <summary>Makes an empty database.</summary>
    /// <param name="serverUrl">The postgres:// address of a role that may make databases.</param>
    /// <param name="prefix">What its name begins with.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    public static async Task<E2EDatabase> CreateAsync(
        string serverUrl, string prefix, CancellationToken cancellationToken)
    {
        var name = $"{prefix}_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var database = new E2EDatabase(serverUrl, name);
        await ExecuteAsync(database._adminConnection, $"CREATE DATABASE {name}", cancellationToken);
        return database;
    }

    /// <summary>A connection, open.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>Runs SQL in one transaction, as <c>psql -1</c> does.</summary>
    public Task ExecuteAsync(string sql, CancellationToken cancellationToken) =>
        ExecuteAsync(_connection, sql, cancellationToken);

    /// <summary>Every row as text, its columns separated by <c>|</c>.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount)
                .Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    /// <summary>Whether there is such a table.</summary>
    public async Task<bool> HasTableAsync(string name, CancellationToken cancellationToken) =>
        (await RowsAsync($"SELECT to_regclass('{name}') IS NOT NULL", cancellationToken))[0] == "True";

    /// <summary>The scripts of the history in the order in which they ran; one that ran twice is there twice.</summary>
    public Task<IReadOnlyList<string>> AppliedScriptsAsync(CancellationToken cancellationToken) =>
        // Evolve has a row for the schema, too.
        RowsAsync("SELECT name FROM changelog WHERE success AND name LIKE '%.sql' ORDER BY id", cancellationToken);

    /// <summary>Drops it, whoever is connected.</summary>
    public async ValueTask DisposeAsync() => await ExecuteAsync(
        _adminConnection, $"DROP DATABASE IF EXISTS {Name} WITH (FORCE)", CancellationToken.None);

    private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        // Several statements in one command without parameters are one implicit transaction.
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
