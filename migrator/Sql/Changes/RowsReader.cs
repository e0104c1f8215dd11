using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Sql.Changes;

/// <summary>Reads statements that change rows (INSERT, UPDATE, DELETE, MERGE, COPY), and SELECT INTO.</summary>
internal static class RowsReader
{
    /// <summary>Reads a statement from its first word, with the statements in its WITH clause. Returns nothing for any other statement.</summary>
    public static IReadOnlyList<SchemaChange> Read(StatementReader reader)
    {
        var changes = new List<SchemaChange>();
        if (reader.Skip("with"))
        {
            ReadQueries(ref reader, changes);
        }

        if (ReadOne(ref reader) is { } change)
        {
            changes.Add(change);
        }

        return changes;
    }

    // Reads the queries of WITH: name [(columns)] AS [[NOT] MATERIALIZED] (query), … Only queries that change rows matter.
    private static void ReadQueries(ref StatementReader reader, List<SchemaChange> changes)
    {
        while (!reader.AtEnd && !IsRowStatement(reader))
        {
            StatementReader query = reader;
            if (query.Skip("as"))
            {
                _ = query.Skip("materialized") || query.Skip("not", "materialized");
                if (query.Current.Kind == SqlTokenKind.OpenParenthesis)
                {
                    query.Advance();
                    changes.AddRange(Read(query).Where(c => c.Kind != ChangeKind.CreateTable));
                }
            }

            Skip(ref reader);
        }
    }

    private static SchemaChange? ReadOne(ref StatementReader reader)
        => reader.Skip("update") ? Keyed(ChangeKind.Update, ref reader, "UPDATE")
            : reader.Skip("delete", "from") ? Keyed(ChangeKind.Delete, ref reader, "DELETE")
            : reader.Skip("merge", "into") ? Of(ChangeKind.Merge, TableNames.Read(ref reader), "MERGE")
            : reader.Skip("insert", "into") ? Insert(ref reader)
            : reader.Skip("copy") ? Copy(ref reader)
            : reader.Skip("select") ? SelectInto(ref reader)
            : null;

    private static SchemaChange Keyed(ChangeKind kind, ref StatementReader reader, string statementName)
        => Of(kind, TableNames.Read(ref reader), statementName) with { KeyColumn = KeyReader.Find(reader) };

    private static bool IsRowStatement(StatementReader reader)
        => reader.Is("update") || reader.Is("delete") || reader.Is("merge") || reader.Is("insert") || reader.Is("select");

    private static SchemaChange Insert(ref StatementReader reader)
    {
        SqlName? table = reader.Name();
        while (!reader.AtEnd && reader.Current.Kind != SqlTokenKind.CloseParenthesis && !reader.Is("values") && !reader.Is("select") && !reader.Is("with") && !reader.Is("default") && !reader.Is("table"))
        {
            // The query can be in parentheses, like the list of columns.
            if (reader.Current.Kind == SqlTokenKind.OpenParenthesis)
            {
                StatementReader inside = reader;
                inside.Advance();
                if (inside.Is("select") || inside.Is("with"))
                {
                    break;
                }
            }

            Skip(ref reader);
        }

        return reader.Is("values") || reader.Is("default") ? Of(ChangeKind.Insert, table, "INSERT") : Of(ChangeKind.InsertMany, table, "INSERT … SELECT");
    }

    private static SchemaChange? Copy(ref StatementReader reader)
    {
        SqlName? table = reader.Name();
        return table is not null && reader.SkipTo("from") ? Of(ChangeKind.InsertMany, table, "COPY") : null;
    }

    private static SchemaChange? SelectInto(ref StatementReader reader)
    {
        while (!reader.AtEnd && !reader.Is("from") && reader.Current.Kind != SqlTokenKind.CloseParenthesis)
        {
            if (reader.Skip("into"))
            {
                bool isTemporary = reader.Skip("temp") || reader.Skip("temporary");
                reader.Skip("unlogged");
                reader.Skip("table");
                return new SchemaChange(ChangeKind.CreateTable, reader.Name()) { IsTemporary = isTemporary, IsFilled = true, StatementName = "SELECT INTO" };
            }

            Skip(ref reader);
        }

        return null;
    }

    private static void Skip(ref StatementReader reader)
    {
        if (reader.Current.Kind == SqlTokenKind.OpenParenthesis)
        {
            ColumnReader.SkipParentheses(ref reader);
        }
        else
        {
            reader.Advance();
        }
    }

    private static SchemaChange Of(ChangeKind kind, SqlName? table, string statementName) => new(kind, table) { Lock = TableLock.RowExclusive, StatementName = statementName };
}
