using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>What an expand script removes or renames, with the steps that keep the old version running. See <see cref="PhaseRules.Removal"/>.</summary>
internal static class RemovalRule
{
    private const string InContract = "in a script whose name ends in .contract.sql";

    private const string DropInContract = $"Drop it {InContract}, of the release that no longer uses it: it runs after the last pod of the old version has ended.";

    private const string ReplaceOrDrop = $"To change it, drop and create it in one transaction. To remove it, drop it {InContract}, of the release that no longer uses it: it runs after the last pod of the old version has ended.";

    private const string ReplaceTrigger = $"To change it, drop and create it in one transaction. To remove it, drop it {InContract}: it runs after the last pod of the version that relies on it has ended.";

    private const string RenameColumn =
        $"1. Expand: add the new column, and a trigger that writes both columns. 2. Fill the new column in the existing rows. 3. Release a version that uses only the new column. 4. Contract: drop the trigger and the old column {InContract}.";

    // PostgreSQL also writes through a simple view: https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS
    private const string RenameTable =
        $"1. Expand: create a view with the old name in the same transaction (CREATE VIEW old AS SELECT * FROM new), through which the old version reads and writes. 2. Release a version that uses only the new name. 3. Contract: drop the view {InContract}.";

    private const string RenameObject =
        $"1. Expand: create the object with the new name, and leave the old one. 2. Release a version that uses only the new name. 3. Contract: drop the old one {InContract}.";

    private const string RenameValue =
        $"1. Expand: add the new value with ALTER TYPE … ADD VALUE. 2. Release a version that reads both values and writes only the new one. 3. Contract: change the rows with the old value {InContract}.";

    private const string RenameAttribute =
        $"1. Expand: create a type with the new attribute, and leave the old type. 2. Release a version that uses only the new type. 3. Contract: drop the old type {InContract}.";

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.Old)
        {
            if (Describe(change) is var (message, saferWay))
            {
                yield return new RuleMatch(PhaseRules.Removal, message, change) { SaferWay = saferWay, Missing = MissingPart.RemovedBy(change) };
            }
        }
    }

    private static (string Message, string SaferWay)? Describe(SchemaChange change)
    {
        string table = DisplayName.Of(change.Table);
        string? type = change.ObjectType?.ToLowerInvariant();
        return change switch
        {
            { Kind: ChangeKind.DropTable } => ($"{table} is dropped, and the old version may use it", DropInContract),
            { Kind: ChangeKind.DropColumn } => ($"{change.Column} of {table} is dropped, and the old version may use it", DropInContract),
            { Kind: ChangeKind.DropObject } => ($"{change.StatementName} {DisplayName.Of(change.Name)} removes what the old version may use", ReplaceOrDrop),
            { Kind: ChangeKind.RenameTable } => ($"{table} is renamed, and the old version may use its old name", RenameTable),
            { Kind: ChangeKind.SetSchema } => ($"{table} is moved to another schema, and the old version may use its old schema", RenameTable),
            { Kind: ChangeKind.RenameColumn } => ($"{change.Column} of {table} is renamed, and the old version may use its old name", RenameColumn),
            { Kind: ChangeKind.RenameObject, StatementName: "RENAME VALUE" } => ($"a value of {type} {DisplayName.Of(change.Name)} is renamed, and the old version may use its old name", RenameValue),
            { Kind: ChangeKind.RenameObject, StatementName: "RENAME ATTRIBUTE" } => ($"an attribute of {type} {DisplayName.Of(change.Name)} is renamed, and the old version may use its old name", RenameAttribute),
            { Kind: ChangeKind.RenameObject } => ($"{change.StatementName} of {type} {DisplayName.Of(change.Name)} removes a name that the old version may use", RenameObject),
            { Action: TableAction.DropTrigger or TableAction.DropRule or TableAction.DisableTrigger }
                => ($"{change.StatementName} {change.Part} on {table} ends what it does for the rows that the old version writes", ReplaceTrigger),
            _ => null,
        };
    }
}
