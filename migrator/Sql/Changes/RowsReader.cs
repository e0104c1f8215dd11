using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Sql.Changes;

/// <summary>Reads statements that change rows (INSERT, UPDATE, DELETE, MERGE, COPY), and SELECT INTO.</summary>
internal static class RowsReader
{
    /// <summary>
    /// Reads a statement from its first word. The changes of its WITH clause come first. For any other statement, returns an empty list and does not advance the
    /// reader.
    /// </summary>
    public static IReadOnlyList<SchemaChange> Read(ref StatementReader reader)
    {
        StatementReader before = reader;
        var changes = new List<SchemaChange>();
        ReadWith(ref reader, changes);
        SchemaChange? change = reader.Skip("update") ? Keyed(ChangeKind.Update, ref reader, "UPDATE")
            : reader.Skip("delete", "from") ? Keyed(ChangeKind.Delete, ref reader, "DELETE")
            : reader.Skip("merge", "into") ? Of(ChangeKind.Merge, TableNames.Read(ref reader), "MERGE")
            : reader.Skip("insert", "into") ? Insert(ref reader)
            : reader.Skip("copy") ? Copy(ref reader)
            : reader.Skip("select") ? SelectInto(ref reader)
            : null;
        if (change is not null)
        {
            changes.Add(change);
        }

        if (changes.Count == 0)
        {
            reader = before;
        }

        return changes;
    }

    // A query in a WITH clause can change rows: WITH moved AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM moved.
    private static void ReadWith(ref StatementReader reader, List<SchemaChange> changes)
    {
        if (!reader.Skip("with"))
        {
            return;
        }

        // A query can have the name "recursive".
        StatementReader ahead = reader;
        if (ahead.Skip("recursive") && !ahead.Is("as") && ahead.Current.Kind != SqlTokenKind.OpenParenthesis)
        {
            reader = ahead;
        }

        do
        {
            if (reader.CurrentText is ",")
            {
                reader.Advance();
            }

            // The name of a query can be a keyword: WITH delete (update) AS (…).
            reader.Name();
            reader.SkipParentheses();
            reader.Skip("as");
            reader.Skip("not");
            reader.Skip("materialized");
            StatementReader inside = reader;
            inside.Advance();
            if (reader.Current.Kind == SqlTokenKind.OpenParenthesis && !inside.Is("select"))
            {
                changes.AddRange(Read(ref inside));
            }

            // The clauses SEARCH and CYCLE can follow.
            while (!reader.AtEnd && !IsRowStatement(reader) && reader.CurrentText is not ",")
            {
                reader.SkipGroup();
            }
        }
        while (reader.CurrentText is ",");
    }

    private static SchemaChange Keyed(ChangeKind kind, ref StatementReader reader, string statementName)
        => Of(kind, TableNames.Read(ref reader), statementName) with { KeyColumn = KeyReader.Find(reader) };

    private static bool IsRowStatement(StatementReader reader)
        => reader.Is("update") || reader.Is("delete") || reader.Is("merge") || reader.Is("insert") || reader.Is("select");

    private static SchemaChange Insert(ref StatementReader reader)
    {
        SqlName? table = reader.Name();
        while (!reader.AtEnd && !reader.Is("values") && !reader.Is("select") && !reader.Is("with") && !reader.Is("default") && !reader.Is("table")
            && reader.Current.Kind != SqlTokenKind.CloseParenthesis)
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

            reader.SkipGroup();
        }

        return reader.Is("values") || reader.Is("default") ? Of(ChangeKind.Insert, table, "INSERT") : Of(ChangeKind.InsertMany, table, "INSERT … SELECT");
    }

    private static SchemaChange? Copy(ref StatementReader reader)
    {
        // The older syntax is COPY BINARY t FROM ….
        reader.Skip("binary");
        SqlName? table = reader.Name();
        return table is not null && reader.SkipTo("from") ? Of(ChangeKind.InsertMany, table, "COPY") : null;
    }

    private static SchemaChange? SelectInto(ref StatementReader reader)
    {
        while (!reader.AtEnd && !reader.Is("from") && reader.Current.Kind != SqlTokenKind.CloseParenthesis)
        {
            if (reader.Skip("into"))
            {
                bool isTemporary = SkipPersistence(ref reader);
                reader.Skip("table");
                return new SchemaChange(ChangeKind.CreateTable, reader.Name()) { IsTemporary = isTemporary, IsFilled = true, StatementName = "SELECT INTO" };
            }

            // IS DISTINCT FROM is an operator.
            if (!reader.Skip("distinct", "from"))
            {
                reader.SkipGroup();
            }
        }

        return null;
    }

    // INTO [LOCAL] TEMP t. The name of the table can be one of these keywords: INTO temp FROM a, INTO temp.t.
    private static bool SkipPersistence(ref StatementReader reader)
    {
        StatementReader ahead = reader;
        _ = ahead.Skip("local") || ahead.Skip("global");
        bool isTemporary = ahead.Skip("temp") || ahead.Skip("temporary");
        _ = isTemporary || ahead.Skip("unlogged");
        if (ahead.Current.Kind is not (SqlTokenKind.Identifier or SqlTokenKind.QuotedIdentifier or SqlTokenKind.UnicodeIdentifier) || ahead.Is("from"))
        {
            return false;
        }

        reader = ahead;
        return isTemporary;
    }

    private static SchemaChange Of(ChangeKind kind, SqlName? table, string statementName) => new(kind, table) { Lock = TableLock.RowExclusive, StatementName = statementName };
}
