using Migrator.Sql.Changes;

namespace Migrator.Tests.Sql.Oracle;

/// <summary>The changes that the reader of <c>migrator/Sql</c> must report, given the answer of PostgreSQL's parser.</summary>
/// <remarks>
/// The reader ignores these parts of statements, and the comparison, too:
/// <list type="bullet">
/// <item>INHERITS and LIKE in CREATE TABLE, INHERIT and OF in ALTER TABLE, and FROM in CREATE CONSTRAINT TRIGGER: no rule is about the other table.</item>
/// <item>The columns of typed tables and of partitions: their types are in another statement.</item>
/// <item>The actions of ALTER INDEX, VIEW, SEQUENCE, TYPE and FUNCTION that neither rename the object nor copy data: they affect no rows and no query.</item>
/// <item>Objects that a query seldom names: collations, operators, casts, text search, publications, statistics, roles, foreign servers.</item>
/// <item>IF NOT EXISTS and OR REPLACE of objects that are not tables: the rules treat a replaced object like a created one.</item>
/// <item>ONLY in statements other than ALTER TABLE and CREATE INDEX: the locks on the named table are the same.</item>
/// <item>A statement inside another one, such as EXPLAIN ANALYZE UPDATE, PREPARE, the actions of a rule, and the code of functions and DO.</item>
/// <item>The names of triggers, rules and policies, and what an action does with a default.</item>
/// <item>REVOKE, which no lock depends on.</item>
/// </list>
/// </remarks>
internal static class ExpectedChanges
{
    // The numbers of the lock modes in PostgreSQL are those of TableLock: 1 is ACCESS SHARE, 8 is ACCESS EXCLUSIVE.
    private const TableLock Exclusive = TableLock.AccessExclusive;

    /// <summary>The changes, one line for each.</summary>
    public static IReadOnlyList<string> Of(OracleAnswer answer) => [.. answer.Changes.Select(Line)];

    private static string Line(OracleChange change)
    {
        if (AlterTableSubcommands.All.TryGetValue(change.Kind, out (ChangeKind Kind, TableLock Lock) subcommand))
        {
            // DETACH PARTITION CONCURRENTLY acquires a weaker lock.
            bool isWeaker = change.Kind == "AT_DetachPartition" && change.Flags.Contains("concurrent");
            return Line(change, subcommand.Kind, isWeaker ? TableLock.ShareUpdateExclusive : subcommand.Lock);
        }

        bool isConcurrent = change.Flags.Contains("concurrent");
        return change.Kind switch
        {
            "reference" => Line(change, ChangeKind.Reference, TableLock.ShareRowExclusive),
            "attached" => Line(change, ChangeKind.Reference, Exclusive),
            "rename OBJECT_COLUMN" => Line(change, ChangeKind.RenameColumn, Exclusive),
            "rename OBJECT_TABCONSTRAINT" => Line(change, ChangeKind.AlterTable, Exclusive),
            "rename OBJECT_TABLE" => Line(change, ChangeKind.RenameTable, Exclusive),
            "OBJECT_TABLE" or "OBJECT_FOREIGN_TABLE" => Line(change, ChangeKind.DropTable, Exclusive),
            "schema" => Line(change, ChangeKind.SetSchema, Exclusive),
            "create" => Line(change, ChangeKind.CreateTable, TableLock.None),
            "partition" => Line(change, ChangeKind.CreatePartition, Exclusive),
            "create object" => Line(change, ChangeKind.CreateObject, TableLock.None),
            "drop object" => Line(change, ChangeKind.DropObject, TableLock.None),
            "rename object" => Line(change, ChangeKind.RenameObject, TableLock.None),
            "check domain" => Line(change, ChangeKind.CheckDomain, TableLock.None),
            "search path" => Line(change, ChangeKind.SetSearchPath, TableLock.None),
            "lock timeout" => Line(change, ChangeKind.SetLockTimeout, TableLock.None),
            "rename on table" or "rule" or "policy" or "OBJECT_TRIGGER" or "OBJECT_RULE" or "OBJECT_POLICY" => Line(change, ChangeKind.AlterTable, Exclusive),
            "trigger" => Line(change, ChangeKind.AlterTable, TableLock.ShareRowExclusive),
            "index" => Line(change, ChangeKind.CreateIndex, isConcurrent ? TableLock.ShareUpdateExclusive : TableLock.Share),
            "OBJECT_INDEX" => Line(change, ChangeKind.DropIndex, isConcurrent ? TableLock.ShareUpdateExclusive : Exclusive),
            "reindex" => Line(change, ChangeKind.Reindex, isConcurrent ? TableLock.ShareUpdateExclusive : TableLock.Share),
            "truncate" => Line(change, ChangeKind.Truncate, Exclusive),
            "vacuum full" or "cluster" or "rewrite" => Line(change, ChangeKind.Rewrite, Exclusive),
            "vacuum" => Line(change, ChangeKind.Other, TableLock.ShareUpdateExclusive),
            "refresh" => Line(change, ChangeKind.RefreshMaterializedView, isConcurrent ? TableLock.Exclusive : Exclusive),
            "lock" => Line(change, ChangeKind.LockTable, (TableLock)change.Mode!),
            "insert" => Line(change, ChangeKind.Insert, TableLock.RowExclusive),
            "insert many" => Line(change, ChangeKind.InsertMany, TableLock.RowExclusive),
            "update" => Line(change, ChangeKind.Update, TableLock.RowExclusive),
            "delete" => Line(change, ChangeKind.Delete, TableLock.RowExclusive),
            "merge" => Line(change, ChangeKind.Merge, TableLock.RowExclusive),
            _ => $"no rule for {change.Kind}",
        };
    }

    private static string Line(OracleChange change, ChangeKind kind, TableLock mode) => ChangeLine.Of(change, kind, mode);
}
