namespace Migrator.Sql.Statements;

/// <summary>What a CONCURRENTLY statement does.</summary>
internal enum ConcurrentAction
{
    CreateIndex,
    DropIndex,
    Reindex,
    DetachPartition,
}
