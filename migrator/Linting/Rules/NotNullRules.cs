using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>NOT NULL for columns of tables that hold rows.</summary>
internal static class NotNullRules
{
    private const string Source = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL";

    public static readonly LintRule Set = new(
        "set-not-null-without-check",
        LintSeverity.Error,
        "SET NOT NULL reads every row under an ACCESS EXCLUSIVE lock, unless a valid CHECK (column IS NOT NULL) proves that there is no null.",
        "ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID; in a later script VALIDATE CONSTRAINT, SET NOT NULL, DROP CONSTRAINT.",
        Source);

    public static readonly LintRule Add = new(
        "not-null-column-without-default",
        LintSeverity.Error,
        "A column that is NOT NULL and has no default cannot be added to a table that holds rows (SQLSTATE 23502); and the version that still runs does not fill it in.",
        "Add it with a constant DEFAULT, which rewrites nothing; or without NOT NULL, fill it in, and make it NOT NULL by a CHECK … NOT VALID that is validated later.",
        "https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN")
    { Relief = LintRelief.Empty };

    public static IEnumerable<RuleHit> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUse)
        {
            string table = Naming.Of(change.Table);
            switch (change)
            {
                case { Kind: ChangeKind.SetNotNull } when !IsProven(statement, change):
                    yield return new RuleHit(Set, $"SET NOT NULL blocks reads and writes on {table} until every row is read", change);
                    break;
                case { Kind: ChangeKind.AddNotNull, IsNotValid: false } when !IsProven(statement, change):
                    yield return new RuleHit(Set, $"ADD NOT NULL blocks reads and writes on {table} until every row is read", change);
                    break;
                case { Kind: ChangeKind.AddColumn, Definition: { IsNotNull: true, IsPrimaryKey: false, IsSerial: false, IsIdentity: false, IsGenerated: false } column }
                    when column.Default is null || column.Default.Equals("null", StringComparison.OrdinalIgnoreCase):
                    yield return new RuleHit(Add, $"{change.Column} of {table} is NOT NULL without a default: it fails on a table that holds rows", change);
                    break;
            }
        }
    }

    private static bool IsProven(LintedStatement statement, SchemaChange change)
        // A column that the same scripts added holds what they put into it, but PostgreSQL reads it all the same.
        => statement.Schema.IsProvenNotNull(change.Table, change.Column);
}
