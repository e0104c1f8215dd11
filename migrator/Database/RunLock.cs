using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Migrator.Configuration;
using Npgsql;

namespace Migrator.Database;

/// <summary>
/// Guarantee 1: one runner. Session-level advisory locks on the connection that migrates, so that they live exactly as
/// long as the work. Two keys: ours, derived from the history table (<see cref="KeyOf"/>), and Evolve's own constant,
/// so that an application that still runs Evolve at its start waits for us, and we for it.
/// <para>
/// Polled with <c>pg_try_advisory_lock</c> outside a transaction: a runner that blocks in <c>pg_advisory_lock</c> holds a
/// snapshot, and a CREATE INDEX CONCURRENTLY of the holder waits for all of these, so PostgreSQL reports a deadlock.
/// </para>
/// </summary>
internal sealed class RunLock(DatabaseSession session, string historyTable, IProgress report, TimeProvider time)
{
    /// <summary>The key that Evolve takes on PostgreSQL, the same for every database.</summary>
    public const long EvolveKey = 12345;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly long _key = KeyOf(historyTable);

    /// <summary>
    /// The first eight bytes of an MD5, so that a person can ask for it in SQL:
    /// <c>('x' || left(md5('migrator:public.changelog'), 16))::bit(64)::bigint</c>.
    /// </summary>
    public static long KeyOf(string qualifiedHistoryTable)
    {
#pragma warning disable CA5351 // Not for security: PostgreSQL has md5() built in, so the key can be computed in psql.
        byte[] hash = MD5.HashData(Encoding.UTF8.GetBytes("migrator:" + qualifiedHistoryTable));
#pragma warning restore CA5351
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    /// <summary>Takes both locks, or waits for them.</summary>
    /// <param name="limit">How long to wait; null for ever, zero for one try.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="MigrateException">The time is spent (4); says who holds the lock.</exception>
    public async Task AcquireAsync(TimeSpan? limit, CancellationToken cancellation)
    {
        // Both or none: whoever holds one while it waits for the other would look like the holder of a run.
        string sql = string.Create(CultureInfo.InvariantCulture, $"""
            SELECT CASE WHEN NOT pg_try_advisory_lock({_key}) THEN false
                        WHEN pg_try_advisory_lock({EvolveKey}) THEN true
                        ELSE NOT pg_advisory_unlock({_key}) END
            """);
        long start = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        bool told = false;
        while (!await session.ScalarAsync<bool>(sql, cancellation).ConfigureAwait(false))
        {
            TimeSpan waited = time.GetElapsedTime(start);
            bool spent = waited >= limit;
            if (spent || !told)
            {
                string holder = await HolderAsync(cancellation).ConfigureAwait(false);
                if (spent)
                {
                    throw Spent(limit!.Value, holder);
                }

                report.Waiting($"another run holds the lock: {holder}; waiting {(limit is { } l ? "up to " + Duration.Format(l) : "for it")}");
                told = true;
            }

            TimeSpan left = limit is { } total && total - waited < pause ? total - waited : pause;
            await Task.Delay(left, time, cancellation).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Gives both back. Closing the session does it too.</summary>
    public Task ReleaseAsync(CancellationToken cancellation)
        => session.ExecuteAsync(
            string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_unlock({EvolveKey}), pg_advisory_unlock({_key})"),
            cancellation);

    private async Task<string> HolderAsync(CancellationToken cancellation)
    {
        // https://www.postgresql.org/docs/current/view-pg-locks.html: a bigint key is split over classid and objid, objsubid 1.
        string sql = string.Create(CultureInfo.InvariantCulture, $"""
            SELECT l.pid, coalesce(nullif(a.application_name, ''), 'an unnamed application'),
                   coalesce(host(a.client_addr), 'this host'), coalesce(to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'), 'an unknown time')
              FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
             WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.pid <> pg_backend_pid()
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND ((l.classid::bigint << 32) | l.objid::bigint) IN ({_key}, {EvolveKey})
             LIMIT 1
            """);
        await using var command = new NpgsqlCommand(sql, session.Connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        return await reader.ReadAsync(cancellation).ConfigureAwait(false)
            ? string.Create(CultureInfo.InvariantCulture, $"pid {reader.GetInt32(0)}, {reader.GetString(1)} from {reader.GetString(2)}, connected since {reader.GetString(3)}")
            : "its holder has just gone";
    }

    private static MigrateException Spent(TimeSpan limit, string holder) => new(
        ExitCode.LockWaitTimedOut,
        new Problem("lock-wait", $"another run still holds the lock after {Duration.Format(limit)}: {holder}")
        {
            Advice = "Wait for it and run again, or raise --lock-wait. If nobody owns it any more: SELECT pg_terminate_backend(pid).",
        });
}
