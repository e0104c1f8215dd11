using Migrator.Sql.Changes;

namespace Migrator.Tests.Sql.Oracle;

/// <summary>The changes that the reader of <c>migrator/Sql</c> must report, given the answer of PostgreSQL's parser.</summary>
/// <remarks>
/// The reader ignores these parts of statements, and the comparison, too:
/// <list type="bullet">
/// <item>INHERITS and LIKE in CREATE TABLE, INHERIT and OF in ALTER TABLE, and FROM in CREATE CONSTRAINT TRIGGER: no rule is about the other table.</item>
/// <item>ALTER INDEX, ALTER SEQUENCE, ALTER TYPE, DROP of views and sequences, and the actions of ALTER VIEW that do not rename it: they affect no rows of a table.</item>
/// <item>A statement inside another one, such as EXPLAIN ANALYZE UPDATE, PREPARE, the actions of a rule, and the code of functions and DO.</item>
/// <item>The names of triggers, rules and policies.</item>
/// </list>
/// </remarks>
internal static class ExpectedChanges
{
    // The numbers of the lock modes in PostgreSQL are those of TableLock: 1 is ACCESS SHARE, 8 is ACCESS EXCLUSIVE.
    private const TableLock Exclusive = TableLock.AccessExclusive;

    private static readonly string[] s_tables = ["OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW"];

    /// <summary>The changes, one line for each.</summary>
    public static IReadOnlyList<string> Of(OracleAnswer answer)
    {
        string[] kind = answer.Kind.Split(' ');
        string detail = kind.Length > 1 ? kind[1] : "";
        return kind[0] switch
        {
            "AlterTableStmt" when detail is not ("OBJECT_TABLE" or "OBJECT_FOREIGN_TABLE") => [],
            "RenameStmt" or "AlterObjectSchemaStmt" when !s_tables.Contains(detail) => [],
            "VariableSetStmt" => LockTimeout(kind),
            "DiscardStmt" => detail == "DISCARD_ALL" ? [Line(new OracleChange("discard"), ChangeKind.SetLockTimeout, TableLock.None)] : [],
            _ => [.. answer.Changes.Select(Line)],
        };
    }

    private static string[] LockTimeout(string[] kind)
    {
        bool isLocal = kind.Contains("LOCAL");
        bool isSet = kind[1] is "VAR_SET_VALUE" or "VAR_SET_DEFAULT" or "VAR_SET_CURRENT" or "VAR_RESET" && kind[^1].Equals("lock_timeout", StringComparison.OrdinalIgnoreCase);
        return isSet || kind[1] == "VAR_RESET_ALL"
            ? [Line(new OracleChange("set") { Flags = isLocal ? ["local"] : [] }, ChangeKind.SetLockTimeout, TableLock.None)]
            : [];
    }

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
            "partition" or "rule" or "policy" or "OBJECT_TRIGGER" or "OBJECT_RULE" or "OBJECT_POLICY" => Line(change, ChangeKind.AlterTable, Exclusive),
            "trigger" => Line(change, ChangeKind.AlterTable, TableLock.ShareRowExclusive),
            "index" => Line(change, ChangeKind.CreateIndex, isConcurrent ? TableLock.ShareUpdateExclusive : TableLock.Share),
            "OBJECT_INDEX" => Line(change, ChangeKind.DropIndex, isConcurrent ? TableLock.ShareUpdateExclusive : Exclusive),
            "reindex" => Line(change, ChangeKind.Reindex, isConcurrent ? TableLock.ShareUpdateExclusive : TableLock.Share),
            "truncate" => Line(change, ChangeKind.Truncate, Exclusive),
            "vacuum full" or "cluster" => Line(change, ChangeKind.Rewrite, Exclusive),
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
