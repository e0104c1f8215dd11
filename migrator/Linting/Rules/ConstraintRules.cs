using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting.Rules;

/// <summary>A constraint is added without looking at the rows that are there, which are looked at later under a lock that lets others work.</summary>
internal static class ConstraintRules
{
    private const string Notes = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES";

    public static readonly LintRule ForeignKey = new(
        "foreign-key-without-not-valid",
        LintSeverity.Error,
        "ADD FOREIGN KEY locks out writes of both tables (SHARE ROW EXCLUSIVE) until every row has been looked up.",
        "ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a later script: it lets reads and writes through.",
        Notes);

    public static readonly LintRule Check = new(
        "check-without-not-valid",
        LintSeverity.Error,
        "A CHECK constraint reads every row under an ACCESS EXCLUSIVE lock: reads and writes wait until it is through.",
        "ADD CONSTRAINT … CHECK (…) NOT VALID, and VALIDATE CONSTRAINT in a later script: it lets reads and writes through.",
        Notes);

    public static readonly LintRule Validate = new(
        "validate-in-same-transaction",
        LintSeverity.Error,
        "The lock that ADD CONSTRAINT took is held until the transaction ends, and so all the while VALIDATE reads the table: NOT VALID is of no use.",
        "Put VALIDATE CONSTRAINT into a script of its own.",
        Notes);

    public static readonly LintRule Unique = new(
        "unique-without-using-index",
        LintSeverity.Error,
        "UNIQUE and PRIMARY KEY build their index under an ACCESS EXCLUSIVE lock: reads and writes wait until it is built.",
        "CREATE UNIQUE INDEX CONCURRENTLY in a script whose first line is '-- evolve-tx-off', then ADD CONSTRAINT … UNIQUE (or PRIMARY KEY) USING INDEX in the next; for PRIMARY KEY make the columns NOT NULL before.",
        "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX");

    public static readonly LintRule Exclusion = new(
        "exclusion-constraint",
        LintSeverity.Warning,
        "EXCLUDE builds its index under an ACCESS EXCLUSIVE lock, and there is no way to build it before.",
        "Add it while the table is small, or when nobody works.",
        "https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE");

    public static IEnumerable<RuleHit> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUse)
        {
            string table = Naming.Of(change.Table);
            switch (change)
            {
                case { Kind: ChangeKind.AddForeignKey, IsNotValid: false }:
                    yield return new RuleHit(ForeignKey, $"ADD FOREIGN KEY blocks writes on {table}{And(statement, change.Other)} until every row is checked", change);
                    break;
                case { Kind: ChangeKind.AddCheck, IsNotValid: false }:
                    yield return new RuleHit(Check, $"ADD CHECK blocks reads and writes on {table} until every row is checked", change);
                    break;
                case { Kind: ChangeKind.ValidateConstraint } when AddedBefore(statement, change) is { } added:
                    yield return new RuleHit(Validate, $"VALIDATE CONSTRAINT reads {table} while {TableLocks.Blocked(added.Lock)} still wait for the lock of ADD CONSTRAINT", change);
                    break;
                case { Kind: ChangeKind.AddUnique, IsUsingIndex: false }:
                    yield return new RuleHit(Unique, $"{change.Words} blocks reads and writes on {table} until its index is built", change);
                    break;
                case { Kind: ChangeKind.AddExclusion }:
                    yield return new RuleHit(Exclusion, $"ADD EXCLUDE blocks reads and writes on {table} until its index is built", change);
                    break;
                case { Kind: ChangeKind.AddColumn, Definition: { } column }:
                    foreach (RuleHit hit in OfColumn(change, column, table))
                    {
                        yield return hit;
                    }

                    break;
            }
        }
    }

    private static IEnumerable<RuleHit> OfColumn(SchemaChange change, ColumnDefinition column, string table)
    {
        if (column.HasCheck)
        {
            yield return new RuleHit(Check, $"ADD COLUMN with a CHECK blocks reads and writes on {table} until every row is checked", change);
        }

        if (column.IsUnique)
        {
            yield return new RuleHit(Unique, $"ADD COLUMN … {(column.IsPrimaryKey ? "PRIMARY KEY" : "UNIQUE")} blocks reads and writes on {table} until its index is built", change);
        }

        // Without a default every row holds null, and PostgreSQL does not look (transformAlterTableStmt in parse_utilcmd.c).
        if (column is { References: { } referenced, Default: { } value } && !value.Equals("null", StringComparison.OrdinalIgnoreCase))
        {
            yield return new RuleHit(ForeignKey, $"ADD COLUMN … REFERENCES with a default blocks reads and writes on {table}, and writes on {Naming.Of(referenced)}, until every row is checked", change);
        }
    }

    private static string And(LintedStatement statement, SqlName? other) => other is null || statement.Schema.New.Contains(other) ? "" : $" and {Naming.Of(other)}";

    private static SchemaChange? AddedBefore(LintedStatement statement, SchemaChange validate) => statement.Transaction.Before.FirstOrDefault(c =>
        c.Kind is ChangeKind.AddForeignKey or ChangeKind.AddCheck or ChangeKind.AddNotNull && c.IsNotValid
        && c.Name == validate.Name && NewTables.IsSame(c.Table!, validate.Table!));
}
