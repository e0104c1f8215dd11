using System.Globalization;
using Migrator.Database;
using Migrator.Execution.LockReport;
using Npgsql;

namespace Migrator.Execution.Locking;

/// <summary>
/// Watches a slow statement from a second connection. It reports which session blocks the statement and the progress of the
/// statement. The connection is opened only when a statement is slow.
/// </summary>
/// <param name="session">The session that executes the statement.</param>
/// <param name="lockTimeout">The value of <c>lock_timeout</c>; null for no limit.</param>
/// <param name="progress">Receives the reports.</param>
/// <param name="time">The clock.</param>
internal sealed class StatementWatcher(DatabaseSession session, TimeSpan? lockTimeout, IExecutionProgress progress, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QueryLimit = TimeSpan.FromSeconds(3);

    private NpgsqlConnection? _connection;
    private bool _canConnect = true;
    private LockHolder? _blocker;

    // With a short lock_timeout, the first query must come before the statement times out.
    private TimeSpan Interval => lockTimeout is { } limit && limit / 2 < DefaultInterval ? limit / 2 : DefaultInterval;

    /// <summary>The sessions and prepared transactions that blocked the work last; null if none were found.</summary>
    public LockHolder? Blocker => _blocker;

    /// <summary>The table locks that the work held at the last query; empty if the work was too fast to be queried.</summary>
    public IReadOnlyList<HeldLock> HeldLocks { get; private set; } = [];

    /// <summary>Runs work and watches it.</summary>
    /// <param name="name">The name of the work, such as the script's name.</param>
    /// <param name="work">The work.</param>
    public async Task WatchAsync(string name, Func<Task> work)
    {
        (_blocker, HeldLocks) = (null, []);
        using var finished = new CancellationTokenSource();
        Task watching = PollAsync(name, finished.Token);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            await finished.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task PollAsync(string name, CancellationToken finished)
    {
        long start = time.GetTimestamp();
        try
        {
            while (true)
            {
                // Almost all work ends during this delay, and throwing each time would be expensive.
                await Task.Delay(Interval, time, finished).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (finished.IsCancellationRequested)
                {
                    return;
                }

                (LockHolder? blocker, string? serverProgress, string? heldLocks) = await QueryAsync(finished).ConfigureAwait(false);
                HeldLocks = HeldLocksQuery.Parse(heldLocks);
                if (blocker is not null && blocker != _blocker)
                {
                    _blocker = blocker;
                    progress.Waiting($"{name} waits for a lock that is held by {blocker.Description}");
                }

                progress.Running(name, time.GetElapsedTime(start), serverProgress);
            }
        }
        catch (OperationCanceledException)
        {
            // The work has finished.
        }
    }

    private async Task<(LockHolder? Blocker, string? ServerProgress, string? HeldLocks)> QueryAsync(CancellationToken finished)
    {
        if (!_canConnect)
        {
            return default;
        }

        using var timeout = new CancellationTokenSource(QueryLimit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(finished, timeout.Token);
        try
        {
            _connection ??= await OpenAsync(limit.Token).ConfigureAwait(false);
            await using var query = new TrustedBatch(_connection, [Statement(session.ServerProcessId, _connection.PostgreSqlVersion)]);
            await using NpgsqlDataReader reader = await query.ReadAsync(limit.Token).ConfigureAwait(false);
            await reader.ReadAsync(limit.Token).ConfigureAwait(false);
            string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
            return (LockHolder.Of(Text(0), Text(3), Text(4)), Text(1), Text(2));
        }
        catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException
            || (e is OperationCanceledException && !finished.IsCancellationRequested))
        {
            // The server has no connection left (a pooler lets the client wait for one), or a privilege is missing. The work
            // continues without being watched.
            _canConnect = false;
            return default;
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        NpgsqlConnection connection = await session.Source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var settings = new NpgsqlCommand($"SELECT {SessionSettings.IdleColumns(connection.PostgreSqlVersion)}", connection);
        await settings.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        return connection;
    }

    // Returns one row: the blocking sessions, the progress (https://www.postgresql.org/docs/current/progress-reporting.html), the
    // held locks, the blocking prepared transactions, and the statements that end them.
    private static string Statement(int pid, Version server) => string.Create(CultureInfo.InvariantCulture, $"""
        SELECT (SELECT string_agg(format('pid %s (%s%s)', a.pid, coalesce(nullif(a.application_name, ''), 'unnamed'),
                                         coalesce(', ' || a.state || ' since ' || to_char(a.state_change, 'HH24:MI:SS'), '')), ', ' ORDER BY a.pid)
                  FROM unnest(pg_blocking_pids({pid})) AS b(pid) JOIN pg_stat_activity a ON a.pid = b.pid),
               coalesce(
                 (SELECT format('%s, %s of %s blocks', phase, blocks_done, blocks_total) FROM pg_stat_progress_create_index WHERE pid = {pid}),
                 (SELECT format('%s, %s of %s blocks', phase, heap_blks_scanned, heap_blks_total) FROM pg_stat_progress_vacuum WHERE pid = {pid}),
                 (SELECT format('%s, %s of %s blocks', phase, heap_blks_scanned, heap_blks_total) FROM pg_stat_progress_cluster WHERE pid = {pid}){(server.Major >= 14
                    ? $",\n         (SELECT format('copying, %s rows', tuples_processed) FROM pg_stat_progress_copy WHERE pid = {pid})"
                    : "")}),
               (SELECT string_agg(format('%s %s', relation::bigint, mode), ',') FROM pg_locks
                 WHERE pid = {pid} AND locktype = 'relation' AND granted AND relation >= {ServerFacts.FirstUserOid} AND mode <> 'AccessShareLock'),
               (SELECT string_agg(format('prepared transaction %L (owner %s, prepared at %s)', x.gid, x.owner, to_char(x.prepared, 'YYYY-MM-DD HH24:MI:SS')), ', ' ORDER BY x.prepared)
                  FROM {BlockingPrepared(pid)}),
               (SELECT string_agg(format('ROLLBACK PREPARED %L; or COMMIT PREPARED %L;', x.gid, x.gid), ' ' ORDER BY x.prepared) FROM {BlockingPrepared(pid)})
        """);

    // pg_blocking_pids returns 0 for a prepared transaction, which has no process. Its locks have no process id either. The lock on its
    // transaction id shows to which prepared transaction they belong.
    private static string BlockingPrepared(int pid) => string.Create(CultureInfo.InvariantCulture, $"""
        pg_prepared_xacts x
                 WHERE 0 = ANY (pg_blocking_pids({pid}))
                   AND EXISTS (SELECT FROM pg_locks w
                                 JOIN pg_locks h ON h.locktype = w.locktype AND h.granted AND h.pid IS NULL
                                  AND (h.database, h.relation, h.page, h.tuple, h.virtualxid, h.transactionid, h.classid, h.objid, h.objsubid)
                                   IS NOT DISTINCT FROM (w.database, w.relation, w.page, w.tuple, w.virtualxid, w.transactionid, w.classid, w.objid, w.objsubid)
                                 JOIN pg_locks t ON t.locktype = 'transactionid' AND t.pid IS NULL AND t.virtualtransaction = h.virtualtransaction
                                WHERE w.pid = {pid} AND NOT w.granted AND t.transactionid = x.transaction)
        """);
}
