using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Migrator.Configuration;
using Npgsql;

namespace Migrator.Database;

/// <summary>
/// The run lock, which allows one run at a time for each history (guarantee 1). It consists of session-level advisory locks on the
/// connection that migrates, so PostgreSQL releases them when the connection closes. The keys of <see cref="RunLockScope"/> are derived from the name of
/// the history table (<see cref="KeyOf"/>), and are locked exclusively. Another key is Evolve's constant, and is locked in shared mode: Evolve
/// locks it exclusively, so an application that still runs Evolve when it starts waits for migrate, and migrate waits for the application. Runs
/// with different histories do not wait for each other.
/// <para>
/// The lock is polled with <c>pg_try_advisory_lock</c> outside a transaction. A run that blocks in
/// <c>pg_advisory_lock</c> would hold a snapshot. A CREATE INDEX CONCURRENTLY of the lock's holder waits for all older
/// snapshots, so PostgreSQL would report a deadlock.
/// </para>
/// </summary>
/// <param name="session">The session that acquires the lock.</param>
/// <param name="historyTable">The qualified name of the history table.</param>
/// <param name="scope">Which scripts the run can apply or undo.</param>
/// <param name="release">
/// The release that runs the command; null if it is not known. The session holds a third lock in shared mode, with a key of the release, so that <c>down --end-running</c> finds the
/// runs of its own release.
/// </param>
/// <param name="progress">Receives a message when the run waits for the lock.</param>
/// <param name="time">The clock.</param>
internal sealed class RunLock(DatabaseSession session, string historyTable, RunLockScope scope, string? release, IProgress progress, TimeProvider time)
{
    /// <summary>The key of the advisory lock that Evolve acquires on PostgreSQL, the same for every database.</summary>
    public const long EvolveKey = 12345;

    /// <summary>How a statement begins that fails if the run lock is lost.</summary>
    public const string CheckPrefix = "SELECT 1 OPERATOR(pg_catalog./)";

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // A run that does not react to the cancellation of its statement is ended after this time.
    private static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(10);

    private readonly long[] _keys = [.. KeysOf(historyTable, scope)];
    private readonly HashSet<string> _reported = [];
    private readonly long? _release = release is null ? null : ReleaseKeyOf(release);

    // In the order in which they are acquired: the exclusive locks first.
    private readonly (string Try, string Release)[] _locks = [.. LocksOf(historyTable, scope, release)];

    /// <summary>
    /// Computes the lock's key from the name of the history table: the first eight bytes of an MD5 hash. The same key in
    /// SQL: <c>('x' || left(md5('migrator:public.changelog'), 16))::bit(64)::bigint</c>.
    /// </summary>
    public static long KeyOf(string qualifiedHistoryTable)
    {
        byte[] hash = Md5.Hash(Encoding.UTF8.GetBytes("migrator:" + qualifiedHistoryTable));
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    /// <summary>Which scripts the run can apply or undo.</summary>
    public RunLockScope Scope => scope;

    /// <summary>
    /// The statement that fails if the session has lost a lock of the run lock: a function that a script has called may have released all
    /// advisory locks, and another run may have applied the same scripts since. It is sent in each transaction that records a script, and can
    /// be sent with any search path. The lock of the transaction keeps other runs out while the lock of the session is released and acquired
    /// again, because only a release tells whether the session holds it.
    /// </summary>
    public string CheckStatement { get; } =
        $"{CheckPrefix} CASE WHEN {string.Join(" AND ", KeysOf(historyTable, scope).Select(k => Reacquire(k, "")).Append(Reacquire(EvolveKey, "_shared")))} THEN 1 ELSE 0 END";

    /// <summary>Gets the condition that a session holds the lock of a run with the history: an SQL expression.</summary>
    /// <param name="historyTable">The qualified name of the history table.</param>
    public static string IsHeldExpression(string historyTable)
        => $"EXISTS (SELECT FROM pg_locks l WHERE {string.Join(" OR ", KeysOf(historyTable, RunLockScope.All).Select(k => $"({IsLock("l", k)})"))})";

    /// <summary>Whether a statement that begins with <see cref="CheckPrefix"/> has failed.</summary>
    public static bool IsLost(PostgresException e)
        => e.SqlState == SqlStates.DivisionByZero && e.BatchCommand is { } command && IsCheck(command.CommandText);

    /// <summary>Whether a statement begins with <see cref="CheckPrefix"/>. If the lock is lost, the server also sends a warning.</summary>
    public static bool IsCheck(string statement) => statement.StartsWith(CheckPrefix, StringComparison.Ordinal);

    /// <summary>The problem that the run lock is lost.</summary>
    public static Problem Lost { get; } = new("run-lock-lost", "a function has released the advisory locks of this session, so another run could have started")
    {
        Advice = "The transaction was rolled back. Find the function that calls pg_advisory_unlock_all or pg_advisory_unlock: the script, a trigger, or an expression of an index may call it. Then run again.",
    };

    /// <summary>Acquires all locks. Waits while another session holds one of them.</summary>
    /// <param name="limit">How long to wait; null for no limit, zero for one attempt.</param>
    /// <param name="endRunning">Whether to cancel a run of the same release and role that holds the lock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether another session held a lock, so that this run had to wait.</returns>
    /// <exception cref="MigrateException">The wait timed out (4). The message names the holder of the lock.</exception>
    public async Task<bool> AcquireAsync(TimeSpan? limit, bool endRunning, CancellationToken cancellation)
    {
        // Acquires all locks or none. A run that held one lock while it waits for another would be reported as the holder.
        string sql = $"SELECT {TryFrom(0)}";
        long start = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        bool isReported = false;
        while (!await session.ScalarAsync<bool>(sql, cancellation).ConfigureAwait(false))
        {
            TimeSpan waited = time.GetElapsedTime(start);
            bool isTimedOut = waited >= limit;
            if (isTimedOut || !isReported)
            {
                string holder = await HolderAsync(cancellation).ConfigureAwait(false);
                if (isTimedOut)
                {
                    throw TimedOut(limit!.Value, holder);
                }

                progress.Waiting($"another run holds the lock: {holder}; waiting {(limit is { } l ? "up to " + Duration.Format(l) : "for it")}");
                isReported = true;
            }

            if (endRunning)
            {
                await EndRunningAsync(isCanceled: waited < CancelTime, cancellation).ConfigureAwait(false);
            }

            TimeSpan delay = limit is { } total && total - waited < pause ? total - waited : pause;
            await Task.Delay(delay, time, cancellation).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        return isReported;
    }

    /// <summary>Releases all locks. Closing the session releases them, too.</summary>
    public Task ReleaseAsync(CancellationToken cancellation)
        => session.ExecuteAllAsync([$"SELECT {string.Join(", ", _locks.Reverse().Select(l => l.Release))}"], cancellation);

    private static IEnumerable<(string Try, string Release)> LocksOf(string historyTable, RunLockScope scope, string? release)
    {
        IEnumerable<(string, string)> locks = KeysOf(historyTable, scope).Select(k => Functions(k, "")).Append(Functions(EvolveKey, "_shared"));
        return release is null ? locks : locks.Append(Functions(ReleaseKeyOf(release), "_shared"));
    }

    private static long ReleaseKeyOf(string release) => KeyOf($"release:{release}");

    private static IEnumerable<long> KeysOf(string historyTable, RunLockScope scope)
    {
        if (scope.HasFlag(RunLockScope.Expand))
        {
            yield return KeyOf(historyTable);
        }

        if (scope.HasFlag(RunLockScope.Contract))
        {
            yield return KeyOf($"contract:{historyTable}");
        }
    }

    // True if the locks from this one on are acquired. Otherwise, the locks before it are released.
    private string TryFrom(int index)
        => index == _locks.Length ? "true" : $"CASE WHEN {_locks[index].Try} THEN {TryFrom(index + 1)} ELSE {(index == 0 ? "false" : $"NOT {ReleaseTo(index - 1)}")} END";

    private string ReleaseTo(int index) => index == 0 ? _locks[0].Release : $"CASE WHEN {_locks[index].Release} THEN {ReleaseTo(index - 1)} END";

    private static (string Try, string Release) Functions(long key, string shared) => (
        string.Create(CultureInfo.InvariantCulture, $"pg_try_advisory_lock{shared}({key})"),
        string.Create(CultureInfo.InvariantCulture, $"pg_advisory_unlock{shared}({key})"));

    private static string Reacquire(long key, string shared)
    {
        string argument = string.Create(CultureInfo.InvariantCulture, $"({key}::pg_catalog.int8)");
        return $"CASE WHEN pg_catalog.pg_try_advisory_xact_lock{shared}{argument} THEN CASE WHEN pg_catalog.pg_advisory_unlock{shared}{argument} THEN pg_catalog.pg_try_advisory_lock{shared}{argument} END END";
    }

    // Cancels the statement, so that the run fails and its Job does not start it again. If it had only lost its connection, it would try again.
    // The cancellation is repeated, because it has no effect between two statements.
    private async Task EndRunningAsync(bool isCanceled, CancellationToken cancellation)
    {
        if (_release is null)
        {
            return;
        }

        string sql = string.Create(CultureInfo.InvariantCulture, $"""
            SELECT a.pid, {(isCanceled ? "pg_cancel_backend" : "pg_terminate_backend")}(a.pid)
              FROM pg_locks l JOIN pg_locks r USING (pid) JOIN pg_stat_activity a USING (pid)
             WHERE ({IsOwnLock("l")}) AND l.mode = 'ExclusiveLock' AND {IsLock("r", _release.Value)} AND a.usename = session_user AND a.pid <> pg_backend_pid()
            """);
        await session.QueryAsync(
            [sql],
            async reader =>
            {
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    string action = string.Create(CultureInfo.InvariantCulture, $"{(isCanceled ? "canceling" : "ending")} the other run of the release {release} (pid {reader.GetInt32(0)}), because of --end-running");
                    if (_reported.Add(action))
                    {
                        progress.Info(action);
                    }
                }

                return true;
            },
            cancellation).ConfigureAwait(false);
    }

    private string IsOwnLock(string table) => string.Join(" OR ", _keys.Select(k => $"({IsLock(table, k)})"));

    // https://www.postgresql.org/docs/current/view-pg-locks.html: a bigint key is split over classid and objid, objsubid 1.
    private static string IsLock(string table, long key) => string.Create(CultureInfo.InvariantCulture, $"""
        {table}.locktype = 'advisory' AND {table}.granted AND {table}.objsubid = 1 AND {table}.database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND (({table}.classid::bigint << 32) | {table}.objid::bigint) = {key}
        """);

    private async Task<string> HolderAsync(CancellationToken cancellation)
    {
        // Other runs hold Evolve's key in shared mode, which blocks no run.
        string sql = string.Create(CultureInfo.InvariantCulture, $"""
            SELECT l.pid, coalesce(nullif(a.application_name, ''), 'an unnamed application'), coalesce(a.usename::text, 'unknown'),
                   coalesce(host(a.client_addr), 'this host'), coalesce(to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'), 'an unknown time'),
                   (SELECT string_agg(p.gid || ' of ' || p.owner, ', ') FROM pg_prepared_xacts p WHERE l.pid IS NULL AND p.database = current_database())
              FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
             WHERE l.pid IS DISTINCT FROM pg_backend_pid() AND ({IsOwnLock("l")} OR ({IsLock("l", EvolveKey)} AND l.mode = 'ExclusiveLock'))
             LIMIT 1
            """);
        return await session.QueryAsync(
            [sql],
            async reader => !await reader.ReadAsync(cancellation).ConfigureAwait(false) ? "its holder has just disconnected"
                : reader.IsDBNull(0) ? $"a prepared transaction ({ForeignText.Of(reader.IsDBNull(5) ? "unknown" : reader.GetString(5))}), which only COMMIT PREPARED or ROLLBACK PREPARED ends"
                : string.Create(CultureInfo.InvariantCulture, $"pid {reader.GetInt32(0)}, role {ForeignText.Of(reader.GetString(2))}, {ForeignText.Of(reader.GetString(1))} from {reader.GetString(3)}, connected since {reader.GetString(4)}"),
            cancellation).ConfigureAwait(false);
    }

    private static MigrateException TimedOut(TimeSpan limit, string holder) => new(
        ExitCode.LockWaitTimedOut,
        new Problem("lock-wait", $"another run still holds the lock after {Duration.Format(limit)}: {holder}")
        {
            Advice = "Wait until the other run ends and run again, or raise --lock-wait. If the holder's pod or process no longer exists, or if it is not a run of migrate, end its session: SELECT pg_terminate_backend(pid). "
                + "Every role that can connect to the database can hold an advisory lock. To keep a role out: REVOKE CONNECT ON DATABASE … FROM the role, and from PUBLIC.",
        });
}
