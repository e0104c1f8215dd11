using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>A change that a statement makes to a table, as its syntax shows.</summary>
/// <param name="Kind">The kind of change.</param>
/// <param name="Table">The table; null if there is none, or if the syntax does not show it.</param>
internal sealed record SchemaChange(ChangeKind Kind, SqlName? Table = null)
{
    /// <summary>The offset of the change in the statement (UTF-16); 0 for the first or only change.</summary>
    public int Offset { get; init; }

    /// <summary>The index, the constraint, or the new name after RENAME and SET SCHEMA.</summary>
    public SqlName? Name { get; init; }

    /// <summary>The changed column.</summary>
    public string? Column { get; init; }

    /// <summary>The referenced table or the partition.</summary>
    public SqlName? Other { get; init; }

    /// <summary>The definition of the new column.</summary>
    public ColumnDefinition? Definition { get; init; }

    /// <summary>The new type of the column, in lower case and with single spaces.</summary>
    public string? Type { get; init; }

    /// <summary>The text of CHECK (…) or USING …; the value of SET.</summary>
    public string? Expression { get; init; }

    /// <summary>Whether the statement has CONCURRENTLY, or FINALIZE for DETACH PARTITION.</summary>
    public bool IsConcurrent { get; init; }

    /// <summary>Whether the constraint is added NOT VALID or NOT ENFORCED.</summary>
    public bool IsNotValid { get; init; }

    /// <summary>Whether UNIQUE or PRIMARY KEY uses an existing index (USING INDEX).</summary>
    public bool IsUsingIndex { get; init; }

    /// <summary>Whether SET lock_timeout ends with the transaction.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The lock that the change acquires on <see cref="Table"/>.</summary>
    public TableLock Lock { get; init; }

    /// <summary>The name of the statement or action in messages: CREATE INDEX, ALTER COLUMN … TYPE.</summary>
    public string StatementName { get; init; } = "";
}
