using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>Statements whose very purpose is to write a table anew.</summary>
internal static class RewriteRule
{
    public static readonly LintRule Rule = new(
        "table-rewrite",
        LintSeverity.Error,
        "The whole table is written anew under an ACCESS EXCLUSIVE lock: reads and writes wait until it is through.",
        "Do it outside of a deployment, when nobody works, or online with a tool such as pg_repack; REFRESH MATERIALIZED VIEW has CONCURRENTLY.",
        "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES");

    public static IEnumerable<RuleHit> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUse)
        {
            if (change.Kind == ChangeKind.Rewrite)
            {
                yield return new RuleHit(Rule, $"{change.Words} rewrites {Naming.Of(change.Table)} and blocks reads and writes until it is through", change);
            }
            else if (change is { Kind: ChangeKind.RefreshMaterializedView, IsConcurrent: false })
            {
                yield return new RuleHit(Rule, $"REFRESH MATERIALIZED VIEW blocks reads of {Naming.Of(change.Table)} until it is filled", change) { Severity = LintSeverity.Warning };
            }
        }
    }
}
