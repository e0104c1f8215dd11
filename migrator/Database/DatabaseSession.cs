using System.Data;
using Npgsql;

namespace Migrator.Database;

/// <summary>
/// The one connection on which a run reads, locks and migrates: the advisory lock lives exactly as long as it does.
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

    /// <summary>Opens further connections, to look at what blocks this one.</summary>
    public NpgsqlDataSource Source { get; }

    public NpgsqlConnection Connection { get; }

    public NpgsqlConnectionStringBuilder Settings { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The server process that works for us; a pooler gives its clients a number of its own.</summary>
    public int ServerProcessId { get; set; }

    /// <summary>Whether a pooler stands in between: what stays in the session, its next client finds.</summary>
    public bool IsPooled => ServerProcessId != Connection.ProcessID;

    /// <summary>Executes one statement of ours.</summary>
    public Task ExecuteAsync(string sql, CancellationToken cancellation) => ExecuteAllAsync([sql], cancellation);

    /// <summary>Executes statements of ours in one round trip; outside a transaction they stand or fall together.</summary>
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

    /// <summary>Rolls back the open transaction, if there is one. A connection that is gone has rolled back already.</summary>
    public async Task RollbackAsync()
    {
        // A network that was cut must not hold up the end of a pod.
        using var limit = new CancellationTokenSource(s_rollbackLimit, Time);
        try
        {
            await ExecuteAsync("ROLLBACK", limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // Nothing is lost: the server rolls back a session that ends.
        }
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellation)
    {
        ThrowIfLost();
        await using var command = new NpgsqlCommand(sql, Connection);
        object? value = await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false);
        return value is null or DBNull ? default : (T)value;
    }

    /// <summary>Npgsql calls it a wrong use when a connection that broke is used again; to us it is a lost one.</summary>
    /// <exception cref="IOException">The connection broke before.</exception>
    public void ThrowIfLost()
    {
        if (Connection.State != ConnectionState.Open)
        {
            throw new IOException("the connection to the server is gone");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync().ConfigureAwait(false);
        await Source.DisposeAsync().ConfigureAwait(false);
    }
}
