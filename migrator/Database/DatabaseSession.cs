using System.Data;
using Npgsql;

namespace Migrator.Database;

/// <summary>
/// The single connection on which a run reads the history, holds the run lock and applies migrations. The lock is a
/// session-level advisory lock, so it is held exactly as long as this connection is open.
/// </summary>
internal sealed class DatabaseSession : IAsyncDisposable
{
    private static readonly TimeSpan s_rollbackLimit = TimeSpan.FromSeconds(5);

    public DatabaseSession(NpgsqlDataSource source, NpgsqlConnection connection, NpgsqlConnectionStringBuilder settings, TimeProvider time)
    {
        Time = time;
        Source = source;
        Connection = connection;
        Settings = settings;
        ServerProcessId = connection.ProcessID;
    }

    /// <summary>The source of further connections, such as the one that finds out which session blocks this one.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>The connection.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>The connection settings.</summary>
    public NpgsqlConnectionStringBuilder Settings { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>
    /// The process id of the server's backend. Through a pooler it differs from <see cref="NpgsqlConnection.ProcessID"/>,
    /// which the pooler assigns.
    /// </summary>
    public int ServerProcessId { get; set; }

    /// <summary>
    /// Whether the connection goes through a pooler. A pooler gives the server session, with everything that is left in
    /// it, to its next client.
    /// </summary>
    public bool IsPooled => ServerProcessId != Connection.ProcessID;

    /// <summary>Executes one of migrate's own statements.</summary>
    public Task ExecuteAsync(string sql, CancellationToken cancellation) => ExecuteAllAsync([sql], cancellation);

    /// <summary>
    /// Executes some of migrate's own statements in one round trip. Outside a transaction, they are committed or rolled
    /// back together.
    /// </summary>
    public async Task ExecuteAllAsync(IEnumerable<string> statements, CancellationToken cancellation)
    {
        ThrowIfLost();
        await using var batch = new NpgsqlBatch(Connection) { Timeout = 0 };
        foreach (string statement in statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
        }

        await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Rolls back the open transaction, if there is one. Does not throw if the connection is lost: the server rolls back
    /// then.
    /// </summary>
    public async Task RollbackAsync()
    {
        // A broken network must not delay the end of the pod.
        using var limit = new CancellationTokenSource(s_rollbackLimit, Time);
        try
        {
            await ExecuteAsync("ROLLBACK", limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // The server rolls back the transaction when the session ends.
        }
    }

    /// <summary>Executes a query and returns the first column of the first row; the default value for none or NULL.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellation)
    {
        ThrowIfLost();
        await using var command = new NpgsqlCommand(sql, Connection);
        object? value = await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false);
        return value is null or DBNull ? default : (T)value;
    }

    /// <summary>
    /// Throws if the connection was lost. Npgsql reports the use of a lost connection as a programming error
    /// (<see cref="InvalidOperationException"/>), which would hide the cause.
    /// </summary>
    /// <exception cref="IOException">The connection was lost.</exception>
    public void ThrowIfLost()
    {
        if (Connection.State != ConnectionState.Open)
        {
            throw new IOException("the connection to the server is closed");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync().ConfigureAwait(false);
        await Source.DisposeAsync().ConfigureAwait(false);
    }
}
