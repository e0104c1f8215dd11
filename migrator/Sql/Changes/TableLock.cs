namespace Migrator.Sql.Changes;

/// <summary>
/// PostgreSQL's table-level lock modes, in ascending order of strength (https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES).
/// </summary>
internal enum TableLock
{
    None,
    AccessShare,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
}

/// <summary>The names of the lock modes, and the operations of other sessions that they block.</summary>
internal static class TableLocks
{
    private static readonly (TableLock Lock, string Sql)[] Names =
    [
        (TableLock.AccessShare, "ACCESS SHARE"),
        (TableLock.RowShare, "ROW SHARE"),
        (TableLock.RowExclusive, "ROW EXCLUSIVE"),
        (TableLock.ShareUpdateExclusive, "SHARE UPDATE EXCLUSIVE"),
        (TableLock.Share, "SHARE"),
        (TableLock.ShareRowExclusive, "SHARE ROW EXCLUSIVE"),
        (TableLock.Exclusive, "EXCLUSIVE"),
        (TableLock.AccessExclusive, "ACCESS EXCLUSIVE"),
    ];

    /// <summary>The name of a mode in PostgreSQL's documentation: <c>SHARE ROW EXCLUSIVE</c>.</summary>
    public static string NameOf(TableLock mode) => Names.FirstOrDefault(n => n.Lock == mode).Sql ?? "none";

    /// <summary>Parses a name as in <c>LOCK TABLE … IN … MODE</c> and <see cref="NameOf"/>; returns <see cref="TableLock.None"/> for any other text.</summary>
    public static TableLock Parse(string sql) => Names.FirstOrDefault(n => n.Sql.Equals(sql, StringComparison.OrdinalIgnoreCase)).Lock;

    /// <summary>Whether a lock blocks INSERT, UPDATE and DELETE of other sessions.</summary>
    public static bool BlocksWrites(TableLock mode) => mode >= TableLock.Share;

    /// <summary>Whether a lock blocks SELECT of other sessions.</summary>
    public static bool BlocksReads(TableLock mode) => mode == TableLock.AccessExclusive;

    /// <summary>The operations that a lock blocks: <c>reads and writes</c>, <c>writes</c>, or <c>nothing</c>.</summary>
    public static string Blocked(TableLock mode) => BlocksReads(mode) ? "reads and writes" : BlocksWrites(mode) ? "writes" : "nothing";
}
