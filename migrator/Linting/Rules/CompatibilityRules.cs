using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>What the version that still runs while the migration does would miss.</summary>
internal static class CompatibilityRules
{
    private const string Source = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME";

    public static readonly LintRule Rename = new(
        "rename",
        LintSeverity.Error,
        "The version that still runs asks for the old name, and fails from the moment in which this commits until its last pod is gone.",
        "Expand and contract: add the new column (or a view of the new name), keep both filled, let the application move over, and drop the old one in a later release.",
        Source)
    { Relief = LintRelief.Never };

    public static readonly LintRule DropTable = new(
        "drop-table",
        LintSeverity.Warning,
        "The data is gone when this commits, and a version that still uses the table fails.",
        "Drop it only in a release behind the one that stopped using it; then allow it here, saying which one that was.",
        "https://www.postgresql.org/docs/current/sql-droptable.html")
    { Relief = LintRelief.Never };

    public static readonly LintRule DropColumn = new(
        "drop-column",
        LintSeverity.Warning,
        "The data is gone when this commits, and a version that still reads or writes the column fails.",
        "Drop it only in a release behind the one that stopped using it; then allow it here, saying which one that was.",
        "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN")
    { Relief = LintRelief.Never };

    public static IEnumerable<RuleHit> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUse)
        {
            string table = Naming.Of(change.Table);
            switch (change.Kind)
            {
                case ChangeKind.RenameTable:
                    yield return new RuleHit(Rename, $"{table} is not found under its old name any more", change);
                    break;
                case ChangeKind.SetSchema:
                    yield return new RuleHit(Rename, $"{table} is not found in its old schema any more", change);
                    break;
                case ChangeKind.RenameColumn:
                    yield return new RuleHit(Rename, $"{change.Column} of {table} is not found under its old name any more", change);
                    break;
                case ChangeKind.DropTable:
                    yield return new RuleHit(DropTable, $"{table} is dropped, with all that is in it", change);
                    break;
                case ChangeKind.DropColumn:
                    yield return new RuleHit(DropColumn, $"{change.Column} of {table} is dropped, with all that is in it", change);
                    break;
            }
        }
    }
}
