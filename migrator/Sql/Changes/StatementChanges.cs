using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Sql.Changes;

/// <summary>What a statement does to tables, read from its words alone. What it does inside of functions and DO blocks, nobody sees from here.</summary>
internal static class StatementChanges
{
    private static readonly SchemaChange Other = new(ChangeKind.Other);

    /// <summary>In the order in which they stand in it; never empty.</summary>
    public static IReadOnlyList<SchemaChange> Of(string statement)
    {
        StatementReader reader = new(statement);
        if (reader.Skip("create"))
        {
            return CreateReader.Read(ref reader);
        }

        if (reader.Skip("alter"))
        {
            return Alter(ref reader, statement);
        }

        if (reader.Skip("drop"))
        {
            return DropReader.Read(ref reader);
        }

        if (reader.Skip("truncate"))
        {
            reader.Skip("table");
            return Each(ChangeKind.Truncate, TableNames.Several(ref reader), TableLock.AccessExclusive, "TRUNCATE");
        }

        return reader.Is("reindex") || reader.Is("vacuum") || reader.Is("cluster") || reader.Is("refresh") || reader.Is("lock")
            ? [MaintenanceReader.Read(ref reader)]
            : [RowsReader.Read(ref reader) ?? LockTimeoutReader.Read(ref reader, statement) ?? Other];
    }

    /// <summary>One change for each of several tables.</summary>
    public static IReadOnlyList<SchemaChange> Each(ChangeKind kind, IEnumerable<SqlName?> tables, TableLock mode, string words)
        => [.. tables.Select(t => new SchemaChange(kind, t) { Lock = mode, Words = words })];

    private static IReadOnlyList<SchemaChange> Alter(ref StatementReader reader, string statement)
    {
        reader.Skip("foreign");
        if (reader.Skip("table"))
        {
            return reader.Is("all") ? [Other] : AlterTableReader.Read(ref reader, statement);
        }

        bool isView = reader.Skip("view") || reader.Skip("materialized", "view");
        if (isView)
        {
            // Renaming is the same to whoever reads it; the rest is done without reading rows.
            return [.. AlterTableReader.Read(ref reader, statement).Select(c => c.Kind is ChangeKind.RenameTable or ChangeKind.RenameColumn or ChangeKind.SetSchema ? c : Other)];
        }

        return [Other];
    }
}
