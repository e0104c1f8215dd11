using System.Globalization;
using Migrator.Database;
using Migrator.Sql.Changes;
using Npgsql;

namespace Migrator.Execution.LockReport;

/// <summary>A lock that this session holds.</summary>
/// <param name="Table">The table's oid.</param>
/// <param name="Lock">The lock.</param>
/// <param name="File">The number of the table's file (relfilenode); 0 if the table has none, or was dropped.</param>
/// <param name="Bytes">The size of the table's file. Only known with an ACCESS EXCLUSIVE lock; otherwise 0.</param>
internal readonly record struct HeldLock(uint Table, TableLock Lock, long File, long Bytes);

/// <summary>
/// The queries for the locks that this session holds. They are sent in the same batch as the statements of a script, with the search
/// path of the script, so all operators and functions in them have a schema (<see cref="TrustedBatch"/>). They lock no
/// table: they read the list of locks (https://www.postgresql.org/docs/current/view-pg-locks.html), the number of a table's file,
/// and its size if this session holds an ACCESS EXCLUSIVE lock on the table.
/// </summary>
internal static class HeldLocksQuery
{
    // The name of the first column. It is unique, so it distinguishes the results from the results of scripts.
    private static readonly string ResultColumn = $"migrate_{Guid.NewGuid():N}";

    private static readonly string Elapsed = $"pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) pg_catalog.now()) OPERATOR(pg_catalog.*) 1000 AS {ResultColumn}";

    /// <summary>The query for the locks that this session holds: one row for each lock.</summary>
    public static readonly string LocksStatement = $"""
        SELECT l.relation AS {ResultColumn}, l.mode, pg_catalog.pg_relation_filenode(l.relation)::pg_catalog.int8,
               CASE WHEN l.mode OPERATOR(pg_catalog.=) 'AccessExclusiveLock' THEN pg_catalog.pg_relation_size(l.relation) END
          FROM pg_catalog.pg_lock_status() l
         WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid() AND l.relation OPERATOR(pg_catalog.>=) {ServerFacts.FirstUserOid}
           AND l.mode OPERATOR(pg_catalog.<>) 'AccessShareLock' AND l.granted AND l.locktype OPERATOR(pg_catalog.=) 'relation'
        """;

    /// <summary>The query for the time since the transaction began.</summary>
    public static readonly string ElapsedStatement = $"SELECT {Elapsed}";

    /// <summary>The query for the existing tables, with the numbers of their files.</summary>
    public const string TablesStatement = $"""
        SELECT c.oid, n.nspname::text, c.relname::text, c.relfilenode::bigint,
               pg_catalog.current_setting('default_transaction_isolation') = 'read committed'
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND c.oid >= {ServerFacts.FirstUserOid}
        """;

    /// <summary>Whether the reader is at the result of one of these queries.</summary>
    public static bool IsResult(NpgsqlDataReader reader) => reader.FieldCount > 0 && reader.GetName(0) == ResultColumn;

    /// <summary>Reads the result of <see cref="ElapsedStatement"/>.</summary>
    public static async Task<TimeSpan> ReadElapsedAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        return TimeSpan.FromMilliseconds(reader.GetDouble(0));
    }

    /// <summary>Reads the result of <see cref="LocksStatement"/>.</summary>
    public static async Task<IReadOnlyList<HeldLock>> ReadLocksAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var locks = new List<HeldLock>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            locks.Add(new HeldLock(
                reader.GetFieldValue<uint>(0),
                ModeOf(reader.GetString(1)),
                reader.IsDBNull(2) ? 0 : reader.GetInt64(2),
                reader.IsDBNull(3) ? 0 : reader.GetInt64(3)));
        }

        return locks;
    }

    /// <summary>
    /// Parses the locks in the result of the <see cref="Locking.StatementWatcher"/>'s query:
    /// <c>16400 AccessExclusiveLock,16410 ShareLock</c>.
    /// </summary>
    public static IReadOnlyList<HeldLock> Parse(string? locks) =>
    [
        .. (locks ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' '))
            .Select(l => new HeldLock(uint.Parse(l[0], CultureInfo.InvariantCulture), ModeOf(l[1]), 0, 0)),
    ];

    // PostgreSQL's AccessExclusiveLock is TableLock.AccessExclusive here.
    private static TableLock ModeOf(string mode)
        => mode.EndsWith("Lock", StringComparison.Ordinal) && Enum.TryParse(mode[..^"Lock".Length], out TableLock known) ? known : TableLock.None;
}
