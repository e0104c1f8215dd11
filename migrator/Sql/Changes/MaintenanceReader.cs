using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Sql.Changes;

/// <summary>Reads REINDEX, VACUUM, CLUSTER, REPACK, REFRESH MATERIALIZED VIEW and LOCK statements.</summary>
internal static class MaintenanceReader
{
    /// <summary>Reads a statement from its first word.</summary>
    public static IReadOnlyList<SchemaChange> Read(ref StatementReader reader)
        => reader.Skip("vacuum") ? Vacuum(ref reader)
            : reader.Skip("lock") ? Lock(ref reader)
            : reader.Skip("reindex") ? [Reindex(ref reader)]
            : reader.Skip("cluster") ? [Rewrite(ref reader, "CLUSTER")]
            : reader.Skip("repack") ? [Rewrite(ref reader, "REPACK")]
            : [Refresh(ref reader)];

    private static SchemaChange Reindex(ref StatementReader reader)
    {
        bool isConcurrent = OptionList.Read(ref reader, "concurrently") ?? false;
        bool isTable = reader.Is("table");
        reader.Advance();
        isConcurrent |= reader.Skip("concurrently");
        SqlName? name = reader.Name();
        return new SchemaChange(ChangeKind.Reindex, isTable ? name : null)
        {
            Name = isTable ? null : name,
            IsConcurrent = isConcurrent,
            Lock = isConcurrent ? TableLock.ShareUpdateExclusive : TableLock.Share,
            StatementName = "REINDEX",
        };
    }

    private static IReadOnlyList<SchemaChange> Vacuum(ref StatementReader reader)
    {
        bool isFull = OptionList.Read(ref reader, "full") ?? false;
        isFull |= reader.Skip("full");
        while (reader.Skip("freeze") || reader.Skip("verbose") || reader.Skip("analyze"))
        {
            // The older syntax for options, without parentheses.
        }

        // Without a table, VACUUM processes the whole database.
        List<SqlName?> tables = TableNames.ReadList(ref reader);
        return isFull
            ? StatementChanges.ForEachTable(ChangeKind.Rewrite, tables, TableLock.AccessExclusive, "VACUUM FULL")
            : StatementChanges.ForEachTable(ChangeKind.Other, tables, TableLock.ShareUpdateExclusive, "VACUUM");
    }

    // REPACK (PostgreSQL 19) replaces VACUUM FULL and CLUSTER. With CONCURRENTLY, it blocks reads and writes only at its end.
    private static SchemaChange Rewrite(ref StatementReader reader, string statementName)
    {
        StatementReader options = reader;
        bool isConcurrent = OptionList.Read(ref options, "concurrently") ?? false;
        OptionList.Read(ref reader, "verbose");
        reader.Skip("verbose");
        SqlName? table = reader.Name();
        if (reader.Skip("on"))
        {
            // The older syntax is CLUSTER index ON table.
            table = reader.Name();
        }

        return new SchemaChange(isConcurrent ? ChangeKind.Other : ChangeKind.Rewrite, table)
        {
            IsConcurrent = isConcurrent,
            Lock = TableLock.AccessExclusive,
            StatementName = statementName,
        };
    }

    private static SchemaChange Refresh(ref StatementReader reader)
    {
        reader.Advance();
        reader.Skip("materialized", "view");
        bool isConcurrent = reader.Skip("concurrently");
        return new SchemaChange(ChangeKind.RefreshMaterializedView, reader.Name())
        {
            IsConcurrent = isConcurrent,
            IsFilled = !StatementChanges.SkipWithNoData(ref reader),
            Lock = isConcurrent ? TableLock.Exclusive : TableLock.AccessExclusive,
            StatementName = "REFRESH MATERIALIZED VIEW",
        };
    }

    private static IReadOnlyList<SchemaChange> Lock(ref StatementReader reader)
    {
        reader.Skip("table");
        List<SqlName?> tables = TableNames.ReadList(ref reader);
        string mode = "";
        if (reader.Skip("in"))
        {
            while (!reader.AtEnd && !reader.Is("mode"))
            {
                mode += (mode.Length == 0 ? "" : " ") + reader.CurrentText.ToString();
                reader.Advance();
            }
        }

        return StatementChanges.ForEachTable(ChangeKind.LockTable, tables, mode.Length == 0 ? TableLock.AccessExclusive : TableLocks.Parse(mode), "LOCK TABLE");
    }
}
