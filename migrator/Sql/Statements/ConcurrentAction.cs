namespace Migrator.Sql.Statements;

/// <summary>The action of a CONCURRENTLY statement.</summary>
internal enum ConcurrentAction
{
    CreateIndex,
    DropIndex,
    Reindex,
    DetachPartition,
}
