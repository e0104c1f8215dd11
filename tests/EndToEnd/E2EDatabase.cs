using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace Migrator.EndToEnd;

/// <summary>A database for one test on the cluster's PostgreSQL server. Disposing drops it.</summary>
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

    /// <summary>The database's unique name.</summary>
    public string Name { get; }

    /// <summary>The database's postgres:// address, with the password.</summary>
    public string Url { get; }

    /// <summary>Creates an empty database.</summary>
    /// <param name="serverUrl">The postgres:// address of a role that can create databases.</param>
    /// <param name="prefix">The prefix of the database's name.</param>
    /// <param name="cancellationToken">Cancels the creation.</param>
    public static async Task<E2EDatabase> CreateAsync(
        string serverUrl, string prefix, CancellationToken cancellationToken)
    {
        var name = $"{prefix}_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var database = new E2EDatabase(serverUrl, name);
        await ExecuteAsync(database._adminConnection, $"CREATE DATABASE {name}", cancellationToken);
        return database;
    }

    /// <summary>Opens a connection.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_connection);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>Runs SQL in one transaction, as <c>psql -1</c> does.</summary>
    public Task ExecuteAsync(string sql, CancellationToken cancellationToken) =>
        ExecuteAsync(_connection, sql, cancellationToken);

    /// <summary>Runs a query, and returns each row as text with columns separated by <c>|</c>.</summary>
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

    /// <summary>Returns whether a table exists.</summary>
    public async Task<bool> HasTableAsync(string name, CancellationToken cancellationToken) =>
        (await RowsAsync($"SELECT to_regclass('{name}') IS NOT NULL", cancellationToken))[0] == "True";

    /// <summary>
    /// Returns the scripts in the history table, in the order of execution. A script that ran twice is listed twice.
    /// </summary>
    public Task<IReadOnlyList<string>> AppliedScriptsAsync(CancellationToken cancellationToken) =>
        // Evolve also writes a row for the schema.
        RowsAsync("SELECT name FROM changelog WHERE success AND name LIKE '%.sql' ORDER BY id", cancellationToken);

    /// <summary>Drops the database, even if sessions are connected.</summary>
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
