using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Sql.Changes;

/// <summary>Reads statements that change rows (INSERT, UPDATE, DELETE, MERGE, COPY), and SELECT INTO.</summary>
internal static class RowsReader
{
    /// <summary>Reads a statement from its first word. For any other statement, returns null and does not advance the reader.</summary>
    public static SchemaChange? Read(ref StatementReader reader)
    {
        StatementReader before = reader;
        if (reader.Skip("with"))
        {
            while (!reader.AtEnd && !IsRowStatement(reader))
            {
                Skip(ref reader);
            }
        }

        SchemaChange? change = reader.Skip("update") ? Of(ChangeKind.Update, TableNames.Read(ref reader), "UPDATE")
            : reader.Skip("delete", "from") ? Of(ChangeKind.Delete, TableNames.Read(ref reader), "DELETE")
            : reader.Skip("merge", "into") ? Of(ChangeKind.Merge, TableNames.Read(ref reader), "MERGE")
            : reader.Skip("insert", "into") ? Insert(ref reader)
            : reader.Skip("copy") ? Copy(ref reader)
            : reader.Skip("select") ? SelectInto(ref reader)
            : null;
        if (change is null)
        {
            reader = before;
        }

        return change;
    }

    private static bool IsRowStatement(StatementReader reader)
        => reader.Is("update") || reader.Is("delete") || reader.Is("merge") || reader.Is("insert") || reader.Is("select");

    private static SchemaChange Insert(ref StatementReader reader)
    {
        SqlName? table = reader.Name();
        while (!reader.AtEnd && !reader.Is("values") && !reader.Is("select") && !reader.Is("with") && !reader.Is("default") && !reader.Is("table"))
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
        while (!reader.AtEnd && !reader.Is("from"))
        {
            if (reader.Skip("into"))
            {
                bool isTemporary = reader.Skip("temp") || reader.Skip("temporary");
                reader.Skip("unlogged");
                reader.Skip("table");
                return new SchemaChange(ChangeKind.CreateTable, reader.Name()) { IsTemporary = isTemporary, StatementName = "SELECT INTO" };
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
