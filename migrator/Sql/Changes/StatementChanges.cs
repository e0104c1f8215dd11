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
            bool isCascade = reader.SkipTo("cascade");
            string name = isCascade ? "TRUNCATE … CASCADE" : "TRUNCATE";
            return [.. ForEachTable(ChangeKind.Truncate, tables, TableLock.AccessExclusive, name).Select(c => c with { IsCascade = isCascade })];
        }

        if (reader.Skip("revoke"))
        {
            return RevokeReader.Read(ref reader);
        }

        return reader.Is("reindex") || reader.Is("vacuum") || reader.Is("cluster") || reader.Is("refresh") || reader.Is("lock") || reader.Is("repack")
            ? MaintenanceReader.Read(ref reader)
            : RowsReader.Read(ref reader) is { Count: > 0 } rows ? rows : Settings(reader, statement);
    }

    /// <summary>Creates the same change for each of several tables.</summary>
    public static IReadOnlyList<SchemaChange> ForEachTable(ChangeKind kind, IEnumerable<SqlName?> tables, TableLock mode, string statementName)
        => [.. tables.Select(t => new SchemaChange(kind, t) { Lock = mode, StatementName = statementName })];

    /// <summary>Reads up to the end of a query. Whether WITH NO DATA is there: PostgreSQL does not run the query then.</summary>
    public static bool SkipWithNoData(ref StatementReader reader)
    {
        while (reader.SkipTo("with"))
        {
            if (reader.Skip("no", "data"))
            {
                return true;
            }
        }

        return false;
    }

    // RESET ALL resets both settings.
    private static IReadOnlyList<SchemaChange> Settings(StatementReader reader, string statement)
    {
        SchemaChange? path = SearchPathReader.Read(reader, statement);
        SchemaChange? timeout = LockTimeoutReader.Read(ref reader, statement);
        return path is null && timeout is null ? [Other] : [.. new[] { path, timeout }.OfType<SchemaChange>()];
    }

    private static IReadOnlyList<SchemaChange> Alter(ref StatementReader reader, string statement)
    {
        bool isForeign = reader.Skip("foreign");
        StatementReader inTablespace = reader;
        if ((inTablespace.Skip("table") || inTablespace.Skip("index") || inTablespace.Skip("materialized", "view")) && inTablespace.Skip("all", "in"))
        {
            return [new SchemaChange(ChangeKind.Rewrite) { Lock = TableLock.AccessExclusive, StatementName = "ALTER … ALL IN TABLESPACE" }];
        }

        if (reader.Skip("table"))
        {
            return isForeign ? [.. AlterTableReader.Read(ref reader, statement).Select(c => c with { IsForeign = true })] : AlterTableReader.Read(ref reader, statement);
        }

        if (reader.Skip("index"))
        {
            reader.Skip("if", "exists");
            SqlName? index = reader.Name();
            return reader.Skip("set", "tablespace")
                ? [new SchemaChange(ChangeKind.Rewrite) { Name = index, Lock = TableLock.AccessExclusive, StatementName = "ALTER INDEX … SET TABLESPACE" }]
                : [Other];
        }

        if (reader.Is("trigger") || reader.Is("rule") || reader.Is("policy"))
        {
            return [AlterOnTable(ref reader)];
        }

        bool isMaterialized = reader.Skip("materialized");
        if (reader.Skip("view"))
        {
            // Renaming a view affects queries like renaming a table. The other actions do not scan rows, except for a copy of a materialized view.
            return
            [
                .. AlterTableReader.Read(ref reader, statement)
                    .Select(c => c.Kind is ChangeKind.RenameTable or ChangeKind.RenameColumn or ChangeKind.SetSchema || (isMaterialized && c.Kind == ChangeKind.Rewrite) ? c : Other),
            ];
        }

        return [ObjectReader.Alter(ref reader) ?? Other];
    }

    // Reads ALTER TRIGGER, RULE and POLICY name ON table. DEPENDS ON EXTENSION changes only the catalog.
    private static SchemaChange AlterOnTable(ref StatementReader reader)
    {
        string what = reader.CurrentText.ToString().ToUpperInvariant();
        reader.Advance();
        reader.Skip("if", "exists");
        reader.Name();
        reader.Skip("on");
        SqlName? table = reader.Name();
        return reader.Is("depends") || reader.Is("no") ? Other : new SchemaChange(ChangeKind.AlterTable, table) { Lock = TableLock.AccessExclusive, StatementName = $"ALTER {what}" };
    }
}
