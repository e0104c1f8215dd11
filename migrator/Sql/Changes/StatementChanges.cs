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
            return ForEachTable(ChangeKind.Truncate, TableNames.ReadList(ref reader), TableLock.AccessExclusive, "TRUNCATE");
        }

        return reader.Is("reindex") || reader.Is("vacuum") || reader.Is("cluster") || reader.Is("refresh") || reader.Is("lock")
            ? MaintenanceReader.Read(ref reader)
            : RowsReader.Read(ref reader) is { Count: > 0 } rows ? rows
            : [LockTimeoutReader.Read(ref reader, statement) ?? Other];
    }

    /// <summary>Creates the same change for each of several tables.</summary>
    public static IReadOnlyList<SchemaChange> ForEachTable(ChangeKind kind, IEnumerable<SqlName?> tables, TableLock mode, string statementName)
        => [.. tables.Select(t => new SchemaChange(kind, t) { Lock = mode, StatementName = statementName })];

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
            // Renaming a view affects queries like renaming a table. The other actions do not scan rows.
            return [.. AlterTableReader.Read(ref reader, statement).Select(c => c.Kind is ChangeKind.RenameTable or ChangeKind.RenameColumn or ChangeKind.SetSchema ? c : Other)];
        }

        return [Other];
    }
}
