using System.Data;
using Migrator.Sql.Lexing;
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

    /// <summary>
    /// Executes some of migrate's own statements in one round trip, as a <see cref="TrustedBatch"/>. Outside a transaction, they are
    /// committed or rolled back together.
    /// </summary>
    public async Task ExecuteAllAsync(IEnumerable<string> statements, CancellationToken cancellation)
    {
        ThrowIfLost();
        await using var batch = new TrustedBatch(Connection, statements);
        await batch.ExecuteAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends statements in one round trip with the current search path: statements without expressions, such as BEGIN and SET, or
    /// statements after <see cref="TrustedBatch.SetPath"/>.
    /// </summary>
    public async Task SendAsync(IEnumerable<string> statements, CancellationToken cancellation)
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
            await SendAsync(["ROLLBACK"], limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // The server rolls back the transaction when the session ends.
        }
    }

    /// <summary>Executes some of migrate's own queries in one round trip, as a <see cref="TrustedBatch"/>.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="read">Reads the results. The reader is at the first result.</param>
    /// <param name="cancellation">Cancels the running query on the server.</param>
    public async Task<T> QueryAsync<T>(IEnumerable<string> queries, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellation)
    {
        ThrowIfLost();
        await using var batch = new TrustedBatch(Connection, queries);
        await using NpgsqlDataReader reader = await batch.ReadAsync(cancellation).ConfigureAwait(false);
        return await read(reader).ConfigureAwait(false);
    }

    /// <summary>Executes a query and returns the first column of the first row; the default value for none or NULL.</summary>
    public Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellation)
        => QueryAsync(
            [sql],
            async reader => await reader.ReadAsync(cancellation).ConfigureAwait(false) && !reader.IsDBNull(0) ? (T)reader.GetValue(0) : default,
            cancellation);

    /// <summary>
    /// Finds a table or an index by the name that a script uses, with the search path that the script has set. The query contains no
    /// operators, and only names with a schema. See <see cref="TrustedBatch"/>.
    /// </summary>
    /// <param name="name">The name; null is not found.</param>
    /// <param name="cancellation">Cancels the query on the server.</param>
    /// <returns>The oid; null if it does not exist.</returns>
    public async Task<uint?> FindRelationAsync(SqlName? name, CancellationToken cancellation)
    {
        ThrowIfLost();
        await using var query = new NpgsqlCommand($"SELECT pg_catalog.to_regclass({Quote.Literal(name?.ToString())})::pg_catalog.oid", Connection);
        return await query.ExecuteScalarAsync(cancellation).ConfigureAwait(false) as uint?;
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
