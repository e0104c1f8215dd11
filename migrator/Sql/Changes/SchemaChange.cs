using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>A change that a statement makes to a table, as its syntax shows.</summary>
/// <param name="Kind">The kind of change.</param>
/// <param name="Table">The table; null if there is none, or if the syntax does not show it.</param>
internal sealed record SchemaChange(ChangeKind Kind, SqlName? Table = null)
{
    /// <summary>The offset of the change in the statement (UTF-16); 0 for the first or only change.</summary>
    public int Offset { get; init; }

    /// <summary>The index, the constraint, another object, or the new name of a table or column after RENAME and SET SCHEMA.</summary>
    public SqlName? Name { get; init; }

    /// <summary>What the change does, if its kind is <see cref="ChangeKind.AlterTable"/>.</summary>
    public TableAction Action { get; init; }

    /// <summary>The trigger, the rule or the policy of <see cref="Action"/>.</summary>
    public string? Part { get; init; }

    /// <summary>The changed column.</summary>
    public string? Column { get; init; }

    /// <summary>The kind of object in <see cref="Name"/>, if it is not a table: <c>TYPE</c>, <c>FUNCTION</c>; null for tables, indexes and constraints.</summary>
    public string? ObjectType { get; init; }

    /// <summary>The referenced table, the partition, or the index of USING INDEX.</summary>
    public SqlName? Other { get; init; }

    /// <summary>The definition of the new column.</summary>
    public ColumnDefinition? Definition { get; init; }

    /// <summary>The new type of the column, in lower case and with single spaces.</summary>
    public string? Type { get; init; }

    /// <summary>The text of CHECK (…) or USING …; the value of SET.</summary>
    public string? Expression { get; init; }

    /// <summary>Whether the statement has CONCURRENTLY, or FINALIZE for DETACH PARTITION.</summary>
    public bool IsConcurrent { get; init; }

    /// <summary>Whether the constraint is added NOT VALID, or NOT ENFORCED (PostgreSQL 18), so that no rows are checked.</summary>
    public bool IsNotValid { get; init; }

    /// <summary>Whether the constraint is added NOT ENFORCED (PostgreSQL 18), so that new rows are not checked, either.</summary>
    public bool IsNotEnforced { get; init; }

    /// <summary>Whether ALTER DOMAIN validates a constraint that exists (VALIDATE CONSTRAINT), and adds none.</summary>
    public bool IsValidation { get; init; }

    /// <summary>Whether UNIQUE or PRIMARY KEY uses an existing index (USING INDEX).</summary>
    public bool IsUsingIndex { get; init; }

    /// <summary>The columns of the created table, as far as it defines them.</summary>
    public IReadOnlyList<KeyValuePair<string, ColumnDefinition>> Columns { get; init; } = [];

    /// <summary>The foreign keys that CREATE TABLE or ADD FOREIGN KEY defines for the table. Those of a column are in its definition.</summary>
    public IReadOnlyList<ForeignKey> ForeignKeys { get; init; } = [];

    /// <summary>
    /// The column that the WHERE of UPDATE or DELETE compares with literals: <c>id = 1</c>, <c>id IN (1, 2)</c>. Null if the statement may change many rows.
    /// </summary>
    public string? KeyColumn { get; init; }

    /// <summary>Whether the statement names ONLY the table, without its partitions and children.</summary>
    public bool IsOnly { get; init; }

    /// <summary>Whether CREATE TABLE has a CHECK constraint.</summary>
    public bool HasCheck { get; init; }

    /// <summary>The columns of the created index; empty if it has an expression or a WHERE clause.</summary>
    public IReadOnlyList<string> IndexColumns { get; init; } = [];

    /// <summary>Whether the created index is unique.</summary>
    public bool IsUnique { get; init; }

    /// <summary>The columns of UNIQUE or PRIMARY KEY; empty with USING INDEX.</summary>
    public IReadOnlyList<string> KeyColumns { get; init; } = [];

    /// <summary>The text of a created index after the name of its table, or of EXCLUDE.</summary>
    public string? KeyText { get; init; }

    /// <summary>Whether the created table is partitioned.</summary>
    public bool IsPartitioned { get; init; }

    /// <summary>Whether the new partition is the DEFAULT partition.</summary>
    public bool IsDefaultPartition { get; init; }

    /// <summary>Whether the statement is about a foreign table, whose rows are not in the database.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Whether the new type has a COLLATE clause.</summary>
    public bool HasCollation { get; init; }

    /// <summary>Whether the created relation is a materialized view.</summary>
    public bool IsMaterializedView { get; init; }

    /// <summary>Whether the statement runs a query that fills the table: CREATE TABLE AS, SELECT INTO, CREATE and REFRESH MATERIALIZED VIEW, unless WITH NO DATA.</summary>
    public bool IsFilled { get; init; }

    /// <summary>Whether the statement has CASCADE.</summary>
    public bool IsCascade { get; init; }

    /// <summary>Whether a table is created only if no table has its name (IF NOT EXISTS).</summary>
    public bool IsIfNotExists { get; init; }

    /// <summary>Whether the created table is temporary.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>Whether SET lock_timeout or SET search_path ends with the transaction.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The lock that the change acquires on <see cref="Table"/>.</summary>
    public TableLock Lock { get; init; }

    /// <summary>The name of the statement or action in messages: CREATE INDEX, ALTER COLUMN … TYPE.</summary>
    public string StatementName { get; init; } = "";
}
