using System.Globalization;
using Migrator.Database;
using Migrator.Execution.LockReport;
using Npgsql;

namespace Migrator.Execution.Locking;

/// <summary>
/// Looks from a second connection at a statement that takes long: who blocks it, so that a person reads a name while it
/// waits and when it gives up, and how far it is. The connection is opened only then.
/// </summary>
internal sealed class StatementWatcher(DatabaseSession session, TimeSpan? lockTimeout, IExecutionProgress report, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan UsualDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    private NpgsqlConnection? _connection;
    private bool _hasConnection = true;
    private string? _blocker;

    // Within a short lock_timeout there is only one look.
    private TimeSpan Delay => lockTimeout is { } limit && limit / 2 < UsualDelay ? limit / 2 : UsualDelay;

    /// <summary>Who blocked last; null when nobody was seen.</summary>
    public string? Blocker => _blocker;

    /// <summary>The locks on tables that the work held when it was looked at last; empty for work that is quick.</summary>
    public IReadOnlyList<HeldLock> Held { get; private set; } = [];

    /// <summary>Runs work and watches it.</summary>
    /// <param name="what">What runs, such as the script's name.</param>
    /// <param name="work">The work.</param>
    public async Task WatchAsync(string what, Func<Task> work)
    {
        (_blocker, Held) = (null, []);
        using var over = new CancellationTokenSource();
        Task watching = LookAsync(what, over.Token);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task LookAsync(string what, CancellationToken over)
    {
        long start = time.GetTimestamp();
        try
        {
            while (true)
            {
                // Nearly every wait ends here, and throwing for each would be expensive.
                await Task.Delay(Delay, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (over.IsCancellationRequested)
                {
                    return;
                }

                (string? blocker, string? progress, string? held) = await AskAsync(over).ConfigureAwait(false);
                Held = HeldLocksQuery.Parse(held);
                if (blocker is not null && blocker != _blocker)
                {
                    _blocker = blocker;
                    report.Waiting($"{what} waits for a lock that is held by {blocker}");
                }

                report.Running(what, time.GetElapsedTime(start), progress);
            }
        }
        catch (OperationCanceledException)
        {
            // The work is over.
        }
    }

    private async Task<(string? Blocker, string? Progress, string? Held)> AskAsync(CancellationToken over)
    {
        if (!_hasConnection)
        {
            return default;
        }

        using var timeout = new CancellationTokenSource(AnswerLimit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(over, timeout.Token);
        try
        {
            _connection ??= await session.Source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
            await using var query = new NpgsqlCommand(Question(session.ServerProcessId, _connection.PostgreSqlVersion), _connection);
            await using NpgsqlDataReader reader = await query.ExecuteReaderAsync(limit.Token).ConfigureAwait(false);
            await reader.ReadAsync(limit.Token).ConfigureAwait(false);
            string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
            return (Text(0), Text(1), Text(2));
        }
        catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException
            || (e is OperationCanceledException && !over.IsCancellationRequested))
        {
            // No connection left (a pooler lets us wait for one) or no privilege: the work itself is not touched by it.
            _hasConnection = false;
            return default;
        }
    }

    // https://www.postgresql.org/docs/current/progress-reporting.html
    private static string Question(int pid, Version server) => string.Create(CultureInfo.InvariantCulture, $"""
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
                 WHERE pid = {pid} AND locktype = 'relation' AND granted AND relation >= {HeldLocksQuery.FirstUserTable} AND mode <> 'AccessShareLock')
        """);
}
