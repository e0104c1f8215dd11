using System.Globalization;
using Migrator.Sql.Changes;
using Npgsql;

namespace Migrator.Execution.LockReport;

/// <summary>A lock that this session holds.</summary>
/// <param name="Table">The table's oid.</param>
/// <param name="Lock">The lock.</param>
/// <param name="File">Its file's number; 0 when it has none, or is gone.</param>
/// <param name="Bytes">Its file's size, where the table is ours alone.</param>
internal readonly record struct HeldLock(uint Table, TableLock Lock, long File, long Bytes);

/// <summary>
/// The question that travels behind the last statement, in its batch: what does this session hold? It locks no table: it reads the
/// lock table (https://www.postgresql.org/docs/current/view-pg-locks.html) and, for tables that are ours alone by now, file number and size.
/// </summary>
internal static class HeldLocksQuery
{
    // The first column's name tells its answer from those of the script, whatever a script calls its own.
    private static readonly string Marker = $"migrate_{Guid.NewGuid():N}";

    /// <summary>What is below are system tables (FirstNormalObjectId in access/transam.h).</summary>
    public const string FirstUserTable = "16384";
    private static readonly string Time = $"pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.now()) * 1000 AS {Marker}";

    /// <summary>Asks for the locks: a row each.</summary>
    public static readonly string Statement = $"""
        SELECT l.relation AS {Marker}, l.mode, pg_catalog.pg_relation_filenode(l.relation)::bigint,
               CASE l.mode WHEN 'AccessExclusiveLock' THEN pg_catalog.pg_relation_size(l.relation) END
          FROM pg_catalog.pg_lock_status() l
         WHERE l.pid = pg_catalog.pg_backend_pid() AND l.relation >= {FirstUserTable} AND l.mode <> 'AccessShareLock' AND l.granted AND l.locktype = 'relation'
        """;

    /// <summary>Asks for the time alone.</summary>
    public static readonly string Mark = $"SELECT {Time}";

    /// <summary>The tables that are there, with their files.</summary>
    public const string TablesStatement = $"""
        SELECT c.oid, n.nspname::text, c.relname::text, pg_catalog.pg_table_is_visible(c.oid), c.relfilenode::bigint,
               pg_catalog.current_setting('default_transaction_isolation') = 'read committed'
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND c.oid >= {FirstUserTable}
        """;

    /// <summary>Whether the reader stands on an answer to one of these.</summary>
    public static bool IsAnswer(NpgsqlDataReader reader) => reader.FieldCount > 0 && reader.GetName(0) == Marker;

    /// <summary>The answer to <see cref="Mark"/>: the time since the transaction began.</summary>
    public static async Task<TimeSpan> ReadMarkAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        return TimeSpan.FromMilliseconds(reader.GetDouble(0));
    }

    /// <summary>The answer to <see cref="Statement"/>.</summary>
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

    /// <summary>Locks as the watcher's question lists them: <c>16400 AccessExclusiveLock,16410 ShareLock</c>.</summary>
    public static IReadOnlyList<HeldLock> Parse(string? locks) =>
    [
        .. (locks ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' '))
            .Select(l => new HeldLock(uint.Parse(l[0], CultureInfo.InvariantCulture), ModeOf(l[1]), 0, 0)),
    ];

    // AccessExclusiveLock is TableLock.AccessExclusive.
    private static TableLock ModeOf(string mode)
        => mode.EndsWith("Lock", StringComparison.Ordinal) && Enum.TryParse(mode[..^"Lock".Length], out TableLock known) ? known : TableLock.None;
}
