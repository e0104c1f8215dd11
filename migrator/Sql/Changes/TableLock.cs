namespace Migrator.Sql.Changes;

/// <summary>
/// PostgreSQL's table locks, the weakest first (https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES).
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

/// <summary>What a lock means to everybody else.</summary>
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

    /// <summary>As the documentation writes it: <c>SHARE ROW EXCLUSIVE</c>.</summary>
    public static string NameOf(TableLock mode) => Names.FirstOrDefault(n => n.Lock == mode).Sql ?? "none";

    /// <summary>As <c>LOCK TABLE … IN … MODE</c> and <see cref="NameOf"/> write it; <see cref="TableLock.None"/> for anything else.</summary>
    public static TableLock Parse(string sql) => Names.FirstOrDefault(n => n.Sql.Equals(sql, StringComparison.OrdinalIgnoreCase)).Lock;

    /// <summary>Whether other sessions' INSERT, UPDATE and DELETE wait for it.</summary>
    public static bool BlocksWrites(TableLock mode) => mode >= TableLock.Share;

    /// <summary>Whether other sessions' SELECT waits for it.</summary>
    public static bool BlocksReads(TableLock mode) => mode == TableLock.AccessExclusive;

    /// <summary><c>reads and writes</c>, <c>writes</c>, or <c>nothing</c>.</summary>
    public static string Blocked(TableLock mode) => BlocksReads(mode) ? "reads and writes" : BlocksWrites(mode) ? "writes" : "nothing";
}
