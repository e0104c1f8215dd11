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

    public static readonly LintRule DropObject = new(
        "drop-object",
        LintSeverity.Warning,
        "An application version that still uses the object fails. With CASCADE, PostgreSQL also drops everything that depends on it, such as columns and views.",
        "Drop the object only after a release that no longer uses it. Then add a suppression comment that names that release. Drop dependent objects by name instead of with CASCADE.",
        "https://www.postgresql.org/docs/current/ddl-depend.html")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static readonly LintRule Truncate = new(
        "truncate",
        LintSeverity.Warning,
        "TRUNCATE deletes all rows under an ACCESS EXCLUSIVE lock. The application version that still runs misses them. With CASCADE, all tables with a foreign key to the table are emptied, too.",
        "Delete the rows that are no longer needed, in batches. If the table has to be empty, add a suppression comment with the reason.",
        "https://www.postgresql.org/docs/current/sql-truncate.html")
    { HarmlessTableSize = HarmlessTableSize.Empty };

    public static readonly LintRule RowSecurity = new(
        "row-level-security",
        LintSeverity.Warning,
        "Without a policy that allows it, a role that does not own the table can no longer read or write a row. The application usually connects as such a role.",
        "Create the policies first, in the same script. Then add a suppression comment that names the roles of the application.",
        "https://www.postgresql.org/docs/current/ddl-rowsecurity.html")
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
                case ChangeKind.Truncate:
                    yield return new RuleMatch(Truncate, $"{change.StatementName} deletes all rows of {table}", change);
                    break;
                case ChangeKind.RowSecurity:
                    yield return new RuleMatch(RowSecurity, $"{change.StatementName} hides the rows of {table} from roles without a policy", change);
                    break;
                case ChangeKind.DropObject when IsUsed(statement, change):
                    yield return new RuleMatch(DropObject, $"{change.StatementName} {DisplayName.Of(change.Name)}{(change.IsCascade ? " drops everything that depends on it" : " breaks queries that use it")}", change);
                    break;
                case ChangeKind.RefreshMaterializedView when !change.IsFilled:
                    yield return new RuleMatch(DropObject, $"REFRESH MATERIALIZED VIEW … WITH NO DATA empties {table}, and queries of it fail until it is refreshed", change);
                    break;
                case ChangeKind.RenameObject when IsUsed(statement, change):
                    yield return new RuleMatch(Rename, $"{change.StatementName} of {change.ObjectType?.ToLowerInvariant()} {DisplayName.Of(change.Name)} breaks queries that use the old name", change);
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

    // A sequence or a view can also be created like a table.
    private static bool IsUsed(LintedStatement statement, SchemaChange change) => !statement.Schema.Objects.Contains(change);
}
