using Migrator.Sql.Changes;

namespace Migrator.Linting.Rules;

/// <summary>Indexes of tables that are in use are built, dropped and rebuilt CONCURRENTLY.</summary>
internal static class IndexRules
{
    public static readonly LintRule Create = new(
        "index-without-concurrently",
        LintSeverity.Error,
        "CREATE INDEX holds a SHARE lock on the table until the transaction ends: every INSERT, UPDATE and DELETE waits while it reads all rows.",
        "CREATE INDEX CONCURRENTLY, in a script of its own whose first line is '-- evolve-tx-off'.",
        "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY");

    public static readonly LintRule Drop = new(
        "drop-index-without-concurrently",
        LintSeverity.Warning,
        "DROP INDEX takes an ACCESS EXCLUSIVE lock on the index's table: it waits for every query that is running, and everything after it waits for it.",
        "DROP INDEX CONCURRENTLY, in a script of its own whose first line is '-- evolve-tx-off'.",
        "https://www.postgresql.org/docs/current/sql-dropindex.html");

    public static readonly LintRule Reindex = new(
        "reindex-without-concurrently",
        LintSeverity.Error,
        "REINDEX locks out writes of the table, and reads that would use the index, until it has read all rows.",
        "REINDEX … CONCURRENTLY, in a script whose first line is '-- evolve-tx-off'.",
        "https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY");

    public static IEnumerable<RuleHit> Find(LintedStatement statement)
    {
        foreach (SchemaChange change in statement.InUse.Where(c => !c.IsConcurrent))
        {
            switch (change.Kind)
            {
                case ChangeKind.CreateIndex:
                    yield return new RuleHit(Create, $"{change.Words} blocks writes on {Naming.Of(change.Table)} until it is built", change);
                    break;
                case ChangeKind.DropIndex:
                    string table = statement.Schema.New.TableOf(change.Name) is { } known ? Naming.Of(known) : "its table";
                    yield return new RuleHit(Drop, $"DROP INDEX {Naming.Of(change.Name)} blocks reads and writes on {table}", change);
                    break;
                case ChangeKind.Reindex:
                    yield return new RuleHit(Reindex, $"REINDEX of {Naming.Of(change.Table ?? change.Name)} blocks writes until it is done", change);
                    break;
            }
        }
    }
}
