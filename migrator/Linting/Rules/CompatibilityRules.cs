using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>Rules about changes that break the application version that still runs during the migration.</summary>
internal static class CompatibilityRules
{
    private const string Source = "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME";

    public static readonly LintRule Rename = new(
        "rename",
        LintSeverity.Error,
        "The old application version still runs while the migration is applied. Its queries use the old name, so they fail until its last pod has stopped.",
        "Use expand and contract: add the new column (or a view with the new name), keep both up to date, change the application to use the new name, and drop the old one in a later release.",
        Source)
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static readonly LintRule DropTable = new(
        "drop-table",
        LintSeverity.Warning,
        "The commit deletes the data, and an application version that still uses the table fails.",
        "Drop the table only after a release that no longer uses the table. Then add a suppression comment that names that release.",
        "https://www.postgresql.org/docs/current/sql-droptable.html")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static readonly LintRule DropColumn = new(
        "drop-column",
        LintSeverity.Warning,
        "The commit deletes the data, and an application version that still reads or writes the column fails.",
        "Drop the column only after a release that no longer uses the column. Then add a suppression comment that names that release.",
        "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUse)
        {
            string table = DisplayName.Of(change.Table);
            switch (change.Kind)
            {
                case ChangeKind.RenameTable:
                    yield return new RuleMatch(Rename, $"{table} is renamed, and queries with its old name fail", change);
                    break;
                case ChangeKind.SetSchema:
                    yield return new RuleMatch(Rename, $"{table} is moved to another schema, and queries with its old schema fail", change);
                    break;
                case ChangeKind.RenameColumn:
                    yield return new RuleMatch(Rename, $"{change.Column} of {table} is renamed, and queries with its old name fail", change);
                    break;
                case ChangeKind.DropTable:
                    yield return new RuleMatch(DropTable, $"{table} is dropped with all its data", change);
                    break;
                case ChangeKind.DropColumn:
                    yield return new RuleMatch(DropColumn, $"{change.Column} of {table} is dropped with all its data", change);
                    break;
            }
        }
    }
}
