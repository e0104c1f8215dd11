using Migrator.Sql.Changes;

namespace Migrator.Execution.LockReport;

/// <summary>What a statement did to a table that existed before the run, as PostgreSQL itself tells.</summary>
/// <param name="Table">Its name, with its schema where the search_path does not find it.</param>
/// <param name="Position">The statement.</param>
internal sealed record ObservedLock(string Table, SourcePosition Position)
{
    /// <summary>The strongest lock that it took on the table.</summary>
    public TableLock Lock { get; init; }

    /// <summary>From the statement's start, its waiting for the lock included, until the commit: as long as others waited at most.</summary>
    public TimeSpan Held { get; init; }

    /// <summary>Whether the table was written anew, or emptied: it has another file.</summary>
    public bool IsRewritten { get; init; }

    /// <summary>The size of the new file; null when it was not written anew.</summary>
    public long? Bytes { get; init; }

    /// <summary>The rows that it inserted, updated or deleted; null when it is no statement for rows.</summary>
    public long? Rows { get; init; }

    /// <summary>The ids of the rules of <c>lint</c> that it breaks.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Whether others had to wait.</summary>
    public bool IsBlocking => TableLocks.BlocksWrites(Lock);
}
