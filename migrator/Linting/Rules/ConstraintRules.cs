using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>Rules about new constraints. A constraint should be added NOT VALID, and validated later under a lock that does not block reads and writes.</summary>
internal static class ConstraintRules
{
    private const string Notes = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES";

    public static readonly LintRule ForeignKey = new(
        "foreign-key-without-not-valid",
        LintSeverity.Error,
        "ADD FOREIGN KEY acquires a SHARE ROW EXCLUSIVE lock on both tables, which blocks writes. It holds the lock for a full table scan that looks up every row in the referenced table.",
        "Use ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a later script. Validation does not block reads and writes.",
        Notes);

    public static readonly LintRule Check = new(
        "check-without-not-valid",
        LintSeverity.Error,
        "Adding a CHECK constraint requires a full table scan under an ACCESS EXCLUSIVE lock. Reads and writes wait until the scan finishes.",
        "Use ADD CONSTRAINT … CHECK (…) NOT VALID, and VALIDATE CONSTRAINT in a later script. Validation does not block reads and writes.",
        Notes);

    public static readonly LintRule Validate = new(
        "validate-in-same-transaction",
        LintSeverity.Error,
        "The lock that ADD CONSTRAINT acquired is held until the transaction ends, and therefore during the full table scan of VALIDATE CONSTRAINT. NOT VALID has no benefit.",
        "Move VALIDATE CONSTRAINT to a separate, later script.",
        Notes);

    public static readonly LintRule Unique = new(
        "unique-without-using-index",
        LintSeverity.Error,
        "UNIQUE and PRIMARY KEY build their index under an ACCESS EXCLUSIVE lock. Reads and writes wait until the index is built.",
        "Use CREATE UNIQUE INDEX CONCURRENTLY in a script whose first line is '-- evolve-tx-off', then ADD CONSTRAINT … UNIQUE (or PRIMARY KEY) USING INDEX in the next script. For PRIMARY KEY, set the columns NOT NULL first.",
        "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX");

    public static readonly LintRule Exclusion = new(
        "exclusion-constraint",
        LintSeverity.Warning,
        "An EXCLUDE constraint builds its index under an ACCESS EXCLUSIVE lock. The index cannot be built in advance.",
        "Add the constraint while the table is small, or in a maintenance window.",
        "https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE");

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUseWithRows)
        {
            string table = DisplayName.Of(change.Table);
            switch (change)
            {
                case { Kind: ChangeKind.AddForeignKey, IsNotValid: false }:
                    yield return new RuleMatch(ForeignKey, $"ADD FOREIGN KEY blocks {BlockedOn(statement, change, table)} until every row is checked", change);
                    break;
                case { Kind: ChangeKind.EnforceConstraint }:
                    yield return new RuleMatch(ForeignKey, $"ALTER CONSTRAINT … ENFORCED blocks reads and writes on {table}, and writes on the referenced table, until every row is checked", change);
                    break;
                case { Kind: ChangeKind.AddCheck, IsNotValid: false }:
                    yield return new RuleMatch(Check, $"ADD CHECK blocks reads and writes on {table} until every row is checked", change);
                    break;
                case { Kind: ChangeKind.ValidateConstraint } when AddedBefore(statement, change) is { } added:
                    yield return new RuleMatch(Validate, $"VALIDATE CONSTRAINT scans {table} while the lock of {added.StatementName} blocks {TableLocks.Blocked(added.Lock)}", change);
                    break;
                // A constraint on ONLY a partitioned table builds nothing.
                case { Kind: ChangeKind.AddUnique, IsUsingIndex: false } when !(change is { IsOnly: true, Table: { } parent } && statement.Schema.Tables.IsPartitioned(parent) == true):
                    yield return new RuleMatch(Unique, $"{change.StatementName} blocks reads and writes on {table} until its index is built", change);
                    break;
                case { Kind: ChangeKind.AddExclusion }:
                    yield return new RuleMatch(Exclusion, $"ADD EXCLUDE blocks reads and writes on {table} until its index is built", change);
                    break;
                case { Kind: ChangeKind.AddColumn, Definition: { } column }:
                    foreach (RuleMatch match in FindInColumn(change, column, table))
                    {
                        yield return match;
                    }

                    break;
            }
        }
    }

    private static IEnumerable<RuleMatch> FindInColumn(SchemaChange change, ColumnDefinition column, string table)
    {
        if (column.HasCheck)
        {
            yield return new RuleMatch(Check, $"ADD COLUMN with a CHECK blocks reads and writes on {table} until every row is checked", change);
        }

        if (column.IsUnique)
        {
            yield return new RuleMatch(Unique, $"ADD COLUMN … {(column.IsPrimaryKey ? "PRIMARY KEY" : "UNIQUE")} blocks reads and writes on {table} until its index is built", change);
        }

        // Without a DEFAULT clause every row holds null, and PostgreSQL does not check the rows (transformAlterTableStmt in parse_utilcmd.c). With DEFAULT NULL, it does.
        if (column is { References: [.., var referenced], ChecksReference: true, Default: not null })
        {
            yield return new RuleMatch(ForeignKey, $"ADD COLUMN … REFERENCES with a default blocks reads and writes on {table}, and writes on {DisplayName.Of(referenced)}, until every row is checked", change);
        }
    }

    // Another action of the statement can need a lock that also blocks reads.
    private static string BlockedOn(LintedStatement statement, SchemaChange change, string table)
    {
        string? other = change.Other is null || statement.Schema.NewTables.Contains(change.Other) ? null : DisplayName.Of(change.Other);
        bool isRead = statement.StrongestLockOn(change.Table) is { } strongest && TableLocks.BlocksReads(strongest.Lock);
        return isRead ? $"reads and writes on {table}{(other is null ? "" : $", and writes on {other},")}" : $"writes on {table}{(other is null ? "" : $" and {other}")}";
    }

    // PostgreSQL validates after it has run the other actions of the same ALTER TABLE, under the strongest lock of all actions.
    private static SchemaChange? AddedBefore(LintedStatement statement, SchemaChange validate) => statement.Transaction.Previous.Concat(statement.Changes).FirstOrDefault(c =>
            c.Kind is ChangeKind.AddForeignKey or ChangeKind.AddCheck or ChangeKind.AddNotNull && c.IsNotValid
            && c.Name == validate.Name && c.Table is not null && NewTables.IsSame(c.Table!, validate.Table!))
        ?? (statement.StrongestLockOn(validate.Table) is { } strongest && TableLocks.BlocksWrites(strongest.Lock) ? strongest : null);
}
