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

    /// <summary>Waits until somebody waits for a lock in the database.</summary>
    /// <param name="database">The database.</param>
    /// <param name="unless">What is to wait; if all of it ends without, so does this waiting.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether somebody waits.</returns>
    public static async Task<bool> SomebodyWaitsAsync(
        E2EDatabase database, Task unless, CancellationToken cancellationToken)
    {
        const string Waiting = """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            """;
        while (!unless.IsCompleted)
        {
            if ((await database.RowsAsync(Waiting, cancellationToken))[0] != "0")
            {
                return true;
            }

            await Task.WhenAny(unless, Task.Delay(50, cancellationToken));
        }

        return false;
    }

    /// <summary>Lets go.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
