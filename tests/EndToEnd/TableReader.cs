using Npgsql;

namespace Migrator.EndToEnd;

/// <summary>
/// A transaction that has read a table and is still open, as a report that runs long: who wants to alter the table waits
/// for it.
/// </summary>
public sealed class TableReader : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private TableReader(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Begins to read.</summary>
    public static async Task<TableReader> StartAsync(
        E2EDatabase database, string table, CancellationToken cancellationToken)
    {
        var reader = new TableReader(await database.ConnectAsync(cancellationToken));
        await using var command = new NpgsqlCommand($"BEGIN; SELECT FROM {table}", reader._connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return reader;
    }

    /// <summary>Waits until somebody waits for a lock in the database, without limit other than the token.</summary>
    public static async Task UntilSomebodyWaitsAsync(E2EDatabase database, CancellationToken cancellationToken)
    {
        const string Waiting = """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            """;
        while ((await database.RowsAsync(Waiting, cancellationToken))[0] == "0")
        {
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Lets go.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
