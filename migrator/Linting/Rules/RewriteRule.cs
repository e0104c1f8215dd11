using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>The rule about statements whose purpose is a table rewrite.</summary>
internal static class RewriteRule
{
    public static readonly LintRule Rule = new(
        "table-rewrite",
        LintSeverity.Error,
        "The statement rewrites the table under an ACCESS EXCLUSIVE lock. Reads and writes wait until the rewrite finishes.",
        "Run the statement in a maintenance window, or rewrite the table online with a tool such as pg_repack. For a materialized view, use REFRESH MATERIALIZED VIEW CONCURRENTLY.",
        "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES");

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        // Without a name, the statement is about all tables.
        foreach (SchemaChange change in statement.Changes.Where(c => statement.IsInUse(c) || (c.Table ?? c.Name) is null))
        {
            if (change is { Kind: ChangeKind.Rewrite, IsForeign: false } && !IsCatalogOnly(statement, change))
            {
                yield return new RuleMatch(Rule, $"{change.StatementName} {Target(change)} and blocks reads and writes until the rewrite finishes", change);
            }
            else if (change is { Kind: ChangeKind.RefreshMaterializedView, IsConcurrent: false, IsFilled: true })
            {
                yield return new RuleMatch(Rule, $"REFRESH MATERIALIZED VIEW blocks reads of {DisplayName.Of(change.Table)} until the refresh finishes", change) { Severity = LintSeverity.Warning };
            }
        }
    }

    // For a partitioned table, the property counts only for new partitions. A virtual generated column (PostgreSQL 18) has no stored values.
    private static bool IsCatalogOnly(LintedStatement statement, SchemaChange change) => change.Table is { } table
        && ((change.StatementName is "SET TABLESPACE" or "SET ACCESS METHOD" && statement.Schema.Tables.IsPartitioned(table) == true)
            || (change.Column is { } column && statement.Schema.Tables.ColumnOf(table, column) is { IsGenerated: true, IsStoredGenerated: false }));

    private static string Target(SchemaChange change) => change.Table is { } table ? $"rewrites {DisplayName.Of(table)}" : change.Name is { } index ? $"copies the index {DisplayName.Of(index)}" : "rewrites all tables";
}
