using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Sql.Changes;

/// <summary>Reads from the syntax of a statement which changes it makes to tables. Changes inside functions and DO blocks are not visible.</summary>
internal static class StatementChanges
{
    private static readonly SchemaChange Other = new(ChangeKind.Other);

    /// <summary>The changes of a statement, in the order of its text; never empty.</summary>
    public static IReadOnlyList<SchemaChange> Of(string statement)
    {
        StatementReader reader = new(statement);
        if (reader.Skip("create"))
        {
            return CreateReader.Read(ref reader, statement);
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
            List<SqlName?> tables = TableNames.ReadList(ref reader);
            string name = reader.SkipTo("cascade") ? "TRUNCATE … CASCADE" : "TRUNCATE";
            return ForEachTable(ChangeKind.Truncate, tables, TableLock.AccessExclusive, name);
        }

        return reader.Is("reindex") || reader.Is("vacuum") || reader.Is("cluster") || reader.Is("refresh") || reader.Is("lock") || reader.Is("repack")
            ? MaintenanceReader.Read(ref reader)
            : RowsReader.Read(ref reader) is { Count: > 0 } rows ? rows : Settings(reader, statement);
    }

    /// <summary>Creates the same change for each of several tables.</summary>
    public static IReadOnlyList<SchemaChange> ForEachTable(ChangeKind kind, IEnumerable<SqlName?> tables, TableLock mode, string statementName)
        => [.. tables.Select(t => new SchemaChange(kind, t) { Lock = mode, StatementName = statementName })];

    // RESET ALL resets both settings.
    private static IReadOnlyList<SchemaChange> Settings(StatementReader reader, string statement)
    {
        SchemaChange? path = SearchPathReader.Read(reader, statement);
        SchemaChange? timeout = LockTimeoutReader.Read(ref reader, statement);
        return path is null && timeout is null ? [Other] : [.. new[] { path, timeout }.OfType<SchemaChange>()];
    }

    private static IReadOnlyList<SchemaChange> Alter(ref StatementReader reader, string statement)
    {
        reader.Skip("foreign");
        StatementReader inTablespace = reader;
        if ((inTablespace.Skip("table") || inTablespace.Skip("index") || inTablespace.Skip("materialized", "view")) && inTablespace.Skip("all", "in"))
        {
            return [new SchemaChange(ChangeKind.Rewrite) { Lock = TableLock.AccessExclusive, StatementName = "ALTER … ALL IN TABLESPACE" }];
        }

        if (reader.Skip("table"))
        {
            return AlterTableReader.Read(ref reader, statement);
        }

        if (reader.Skip("index"))
        {
            reader.Skip("if", "exists");
            SqlName? index = reader.Name();
            return reader.Skip("set", "tablespace")
                ? [new SchemaChange(ChangeKind.Rewrite) { Name = index, Lock = TableLock.AccessExclusive, StatementName = "ALTER INDEX … SET TABLESPACE" }]
                : [Other];
        }

        bool isView = reader.Skip("view") || reader.Skip("materialized", "view");
        if (isView)
        {
            // Renaming a view affects queries like renaming a table. The other actions do not scan rows.
            return [.. AlterTableReader.Read(ref reader, statement).Select(c => c.Kind is ChangeKind.RenameTable or ChangeKind.RenameColumn or ChangeKind.SetSchema ? c : Other)];
        }

        return [ObjectReader.Alter(ref reader) ?? Other];
    }
}
