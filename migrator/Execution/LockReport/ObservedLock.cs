using Migrator.Sql.Changes;

namespace Migrator.Execution.LockReport;

/// <summary>The lock that a statement took on a table that existed before the run, as PostgreSQL reports it.</summary>
/// <param name="Table">The table's name, with its schema if the search_path does not find the table without it.</param>
/// <param name="Position">The place of the statement in the script.</param>
internal sealed record ObservedLock(string Table, SourcePosition Position)
{
    /// <summary>The strongest lock that the statement took on the table.</summary>
    public TableLock Lock { get; init; }

    /// <summary>
    /// The time from the start of the statement to the commit, including the time in which the statement waited for the lock.
    /// Other sessions waited for at most this time.
    /// </summary>
    public TimeSpan Held { get; init; }

    /// <summary>Whether the table was rewritten or truncated: it has another file.</summary>
    public bool IsRewritten { get; init; }

    /// <summary>The size of the new file; null if the table was not rewritten.</summary>
    public long? Bytes { get; init; }

    /// <summary>The number of rows that the statement changed; null if it is not an INSERT, UPDATE, DELETE or MERGE.</summary>
    public long? Rows { get; init; }

    /// <summary>The ids of the <c>lint</c> rules that the statement violates.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Whether the statement is known. False if several statements can have taken the lock, or if the syntax of none explains it.</summary>
    public bool IsCertain { get; init; } = true;

    /// <summary>Whether the lock blocked writes of other sessions.</summary>
    public bool IsBlocking => TableLocks.BlocksWrites(Lock);
}
