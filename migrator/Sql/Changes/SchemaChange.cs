using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>One thing that a statement does to a table, as far as its own words tell.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Table">The table; null when there is none, or the words do not tell.</param>
internal sealed record SchemaChange(ChangeKind Kind, SqlName? Table = null)
{
    /// <summary>Where it begins in the statement (UTF-16); 0 for the statement itself.</summary>
    public int Offset { get; init; }

    /// <summary>The index or constraint, or the new name of what is renamed.</summary>
    public SqlName? Name { get; init; }

    /// <summary>The column that it is about.</summary>
    public string? Column { get; init; }

    /// <summary>The referenced table, or the partition.</summary>
    public SqlName? Other { get; init; }

    /// <summary>The new column.</summary>
    public ColumnDefinition? Definition { get; init; }

    /// <summary>The new type of a column, in lower case and with single blanks.</summary>
    public string? Type { get; init; }

    /// <summary>The text of CHECK (…) or USING …; the value of SET.</summary>
    public string? Expression { get; init; }

    /// <summary>CONCURRENTLY.</summary>
    public bool IsConcurrent { get; init; }

    /// <summary>NOT VALID.</summary>
    public bool IsNotValid { get; init; }

    /// <summary>UNIQUE or PRIMARY KEY that takes over an index: USING INDEX.</summary>
    public bool IsUsingIndex { get; init; }

    /// <summary>The lock that it takes on <see cref="Table"/>.</summary>
    public TableLock Lock { get; init; }

    /// <summary>The words for people: CREATE INDEX, ALTER COLUMN … TYPE.</summary>
    public string Words { get; init; } = "";
}
