using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>Rules about indexes that are built, dropped or rebuilt without CONCURRENTLY.</summary>
internal static class IndexRules
{
    public static readonly LintRule Create = new(
        "index-without-concurrently",
        LintSeverity.Error,
        "CREATE INDEX acquires a SHARE lock on the table and holds it until the transaction ends. INSERT, UPDATE and DELETE wait while the index is built.",
        "Use CREATE INDEX CONCURRENTLY in a separate script whose first line is '-- evolve-tx-off'. If the table is partitioned: CREATE INDEX … ON ONLY the table, CREATE INDEX CONCURRENTLY on each partition, and ALTER INDEX … ATTACH PARTITION.",
        "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY");

    public static readonly LintRule Drop = new(
        "drop-index-without-concurrently",
        LintSeverity.Warning,
        "DROP INDEX acquires an ACCESS EXCLUSIVE lock on the table of the index. The statement waits for all running queries on the table, and all later queries wait for the statement.",
        "Use DROP INDEX CONCURRENTLY in a separate script whose first line is '-- evolve-tx-off'.",
        "https://www.postgresql.org/docs/current/sql-dropindex.html");

    public static readonly LintRule Reindex = new(
        "reindex-without-concurrently",
        LintSeverity.Error,
        "REINDEX blocks writes to the table, and reads of it, until the index is rebuilt. A query locks all indexes of its tables, also the indexes that it does not use.",
        "Use REINDEX … CONCURRENTLY in a script whose first line is '-- evolve-tx-off'.",
        "https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY");

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUse.Where(c => !c.IsConcurrent))
        {
            switch (change.Kind)
            {
                // ON ONLY is the first step of an index on a partitioned table. It reads no rows.
                // Only REFRESH writes to a materialized view.
                case ChangeKind.CreateIndex when !(change is { IsOnly: true, Table: { } partitioned } && statement.Schema.Tables.IsPartitioned(partitioned) != false)
                        && !(change.Table is { } view && statement.Schema.Tables.IsMaterializedView(view))
                        // Nothing happens if an earlier script created the index.
                        && !(change is { IsIfNotExists: true, Name: { } index } && statement.Schema.NewTables.TableOf(index) is not null):
                    yield return new RuleMatch(Create, $"{change.StatementName} blocks writes on {DisplayName.Of(change.Table)} until the index is built", change);
                    break;
                case ChangeKind.DropIndex:
                    string table = statement.Schema.NewTables.TableOf(change.Name) is { } known ? DisplayName.Of(known) : "its table";
                    yield return new RuleMatch(Drop, $"DROP INDEX {DisplayName.Of(change.Name)} blocks reads and writes on {table}", change);
                    break;
                case ChangeKind.Reindex:
                    yield return new RuleMatch(Reindex, $"REINDEX of {DisplayName.Of(change.Table ?? change.Name)} blocks reads and writes until the rebuild finishes", change);
                    break;
            }
        }
    }
}
