using Npgsql;

namespace Migrator.EndToEnd;

/// <summary>
/// An open transaction that has read a table, like a long-running report. A session that alters the table must wait until
/// this transaction ends.
/// </summary>
public sealed class TableReader : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private TableReader(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Starts the transaction and reads the table.</summary>
    public static async Task<TableReader> StartAsync(
        E2EDatabase database, string table, CancellationToken cancellationToken)
    {
        var reader = new TableReader(await database.ConnectAsync(cancellationToken));
        await using var command = new NpgsqlCommand($"BEGIN; SELECT FROM {table}", reader._connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return reader;
    }

    /// <summary>Waits until a session in the database waits for a lock.</summary>
    /// <param name="database">The database.</param>
    /// <param name="operation">
    /// The operation that should wait for a lock. This method returns false if the operation ends without waiting.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Whether a session waits for a lock.</returns>
    public static async Task<bool> WaitUntilBlockedAsync(
        E2EDatabase database, Task operation, CancellationToken cancellationToken)
    {
        const string Waiting = """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            """;
        while (!operation.IsCompleted)
        {
            if ((await database.RowsAsync(Waiting, cancellationToken))[0] != "0")
            {
                return true;
            }

            await Task.WhenAny(operation, Task.Delay(50, cancellationToken));
        }

        return false;
    }

    /// <summary>Ends the transaction, which releases the lock.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
