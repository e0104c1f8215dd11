using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>Rules about NOT NULL for columns of tables that hold rows.</summary>
internal static class NotNullRules
{
    private const string Source = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL";

    public static readonly LintRule Set = new(
        "set-not-null-without-check",
        LintSeverity.Error,
        "SET NOT NULL requires a full table scan under an ACCESS EXCLUSIVE lock, unless a valid CHECK (column IS NOT NULL) constraint proves that the column holds no null.",
        "Use ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID, then VALIDATE CONSTRAINT in a later script, then SET NOT NULL and DROP CONSTRAINT.",
        Source);

    public static readonly LintRule Add = new(
        "not-null-column-without-default",
        LintSeverity.Error,
        "A NOT NULL column without a default cannot be added to a table that holds rows (SQLSTATE 23502). The old application version still runs while the migration is applied. Its INSERTs do not set the new column, so they fail.",
        "Add the column with a constant DEFAULT, which needs no table rewrite. Or add it without NOT NULL, fill it, and set it NOT NULL after a CHECK … NOT VALID constraint is validated.",
        "https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN")
    { HarmlessTableSize = HarmlessTableSize.Empty };

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUseWithRows)
        {
            string table = DisplayName.Of(change.Table);
            switch (change)
            {
                case { Kind: ChangeKind.SetNotNull } when !IsProven(statement, change):
                    yield return new RuleMatch(Set, $"SET NOT NULL blocks reads and writes on {table} until the full table scan finishes", change) { Question = LintQuestion.IsNotNull };
                    break;
                case { Kind: ChangeKind.AddUnique, IsUsingIndex: true, StatementName: "ADD PRIMARY KEY" } when !IsKeyProven(statement, change):
                    yield return new RuleMatch(Set, $"ADD PRIMARY KEY sets the columns of {DisplayName.Of(change.Other)} NOT NULL, and blocks reads and writes on {table} until the full table scan finishes{(IsKeyKnown(statement, change) ? "" : ", unless they are NOT NULL already")}", change)
                    {
                        Question = LintQuestion.IsNotNull,
                        Severity = IsKeyKnown(statement, change) ? null : LintSeverity.Warning,
                    };
                    break;
                case { Kind: ChangeKind.AddNotNull, IsNotValid: false } when !IsProven(statement, change):
                    yield return new RuleMatch(Set, $"ADD NOT NULL blocks reads and writes on {table} until the full table scan finishes", change) { Question = LintQuestion.IsNotNull };
                    break;
                case { Kind: ChangeKind.AddColumn, Definition: { IsNotNull: true, IsGenerated: true, IsStoredGenerated: false } }:
                    yield return new RuleMatch(Set, $"ADD COLUMN … VIRTUAL NOT NULL computes {change.Column} for every row, and blocks reads and writes on {table} until the full table scan finishes", change);
                    break;
                case { StatementName: AlterConstraintReader.InheritConstraint }:
                    yield return new RuleMatch(Set, $"{change.StatementName} blocks reads and writes on the tables that inherit from {table} until the full table scans finish, unless their columns are NOT NULL", change) { Severity = LintSeverity.Warning };
                    break;
                case { Kind: ChangeKind.AddColumn, Definition: { IsNotNull: true, IsPrimaryKey: false, IsSerial: false, IsIdentity: false, IsGenerated: false } column }
                    when column.Default is null || column.Default.Equals("null", StringComparison.OrdinalIgnoreCase):
                    yield return new RuleMatch(Add, $"adding {change.Column}, NOT NULL without a default, fails if {table} holds rows", change);
                    break;
            }
        }
    }

    private static bool IsKeyKnown(LintedStatement statement, SchemaChange change) => change.Other is { } index && statement.Schema.NewTables.ColumnsOf(index).Count > 0;

    // The scripts that were read show the columns of the index. PostgreSQL reads all rows for each column that may hold null.
    private static bool IsKeyProven(LintedStatement statement, SchemaChange change)
        => change.Other is { } index && statement.Schema.NewTables.ColumnsOf(index) is { Count: > 0 } columns
            && columns.All(c => statement.Schema.IsProvenNotNull(change.Table, c, statement.Changes));

    private static bool IsProven(LintedStatement statement, SchemaChange change)
        // A column that the linted scripts added is not exempt: PostgreSQL scans the table for it, too.
        => statement.Schema.IsProvenNotNull(change.Table, change.Column, statement.Changes);
}
