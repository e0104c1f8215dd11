using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Sql.Changes;

/// <summary>Reads DROP statements.</summary>
internal static class DropReader
{
    /// <summary>Reads a statement, starting after DROP.</summary>
    public static IReadOnlyList<SchemaChange> Read(ref StatementReader reader)
    {
        reader.Skip("foreign");
        if (reader.Skip("table"))
        {
            reader.Skip("if", "exists");
            List<SqlName?> tables = TableNames.ReadList(ref reader);
            bool isCascade = reader.Is("cascade");
            return [.. StatementChanges.ForEachTable(ChangeKind.DropTable, tables, TableLock.AccessExclusive, "DROP TABLE").Select(c => c with { IsCascade = isCascade })];
        }

        if (reader.Skip("index"))
        {
            bool isConcurrent = reader.Skip("concurrently");
            reader.Skip("if", "exists");
            List<SqlName?> indexes = TableNames.ReadList(ref reader);
            bool isCascade = reader.Is("cascade");
            return
            [
                .. indexes.Select(n => new SchemaChange(ChangeKind.DropIndex)
                {
                    Name = n,
                    IsConcurrent = isConcurrent,
                    IsCascade = isCascade,
                    Lock = isConcurrent ? TableLock.ShareUpdateExclusive : TableLock.AccessExclusive,
                    StatementName = "DROP INDEX",
                }),
            ];
        }

        if (reader.Is("trigger") || reader.Is("policy") || reader.Is("rule"))
        {
            TableAction action = reader.Is("trigger") ? TableAction.DropTrigger : reader.Is("policy") ? TableAction.DropPolicy : TableAction.DropRule;
            string statementName = $"DROP {reader.CurrentText.ToString().ToUpperInvariant()}";
            reader.Advance();
            reader.Skip("if", "exists");
            string? part = reader.Name()?.Name;
            if (reader.Skip("on"))
            {
                SqlName? table = reader.Name();
                return [new SchemaChange(ChangeKind.AlterTable, table) { Action = action, Part = part, IsCascade = reader.Is("cascade"), Lock = TableLock.AccessExclusive, StatementName = statementName }];
            }
        }

        return ObjectReader.Drop(ref reader) ?? [new SchemaChange(ChangeKind.Other)];
    }
}
