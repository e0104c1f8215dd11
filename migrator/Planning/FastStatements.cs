using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Planning;

/// <summary>
/// Tells from a statement's words that it is over soon and waits for nobody: what it writes and reads is new. A word too careful makes a run slower, one too few
/// makes a person wait for news: nothing else hangs on it.
/// </summary>
internal static class FastStatements
{
    private static readonly string[] s_verbs = ["create", "alter", "drop", "insert", "update", "delete", "comment", "grant", "revoke", "set", "reset"];

    /// <summary>Whether it is so.</summary>
    /// <param name="statement">Its text.</param>
    /// <param name="changes">What it changes.</param>
    /// <param name="tables">The tables that are new when it runs.</param>
    public static bool IsQuick(string statement, IReadOnlyList<SchemaChange> changes, NewTables tables)
    {
        StatementReader reader = new(statement);
        bool isDelete = reader.Is("delete");
        // ALTER VIEW, DROP FUNCTION … CASCADE: who knows what else they lock.
        if (!IsAny(reader, s_verbs) || ((reader.Is("alter") || reader.Is("drop")) && changes.All(c => c.Kind == ChangeKind.Other)))
        {
            return false;
        }

        while (!reader.AtEnd)
        {
            if (!reader.Skip("from") && !reader.Skip("join") && !(isDelete && reader.Skip("using")))
            {
                reader.Advance();
            }
            else if (!AreNew(ref reader, tables))
            {
                return false;
            }
        }

        return true;
    }

    // name [[AS] alias] [, …]; what stands in parentheses is read on with the rest.
    private static bool AreNew(ref StatementReader reader, NewTables tables)
    {
        while (true)
        {
            reader.Skip("only");
            if (reader.Current.Kind == SqlTokenKind.OpenParenthesis)
            {
                return true;
            }

            if (reader.Name() is not { } name || reader.Current.Kind == SqlTokenKind.OpenParenthesis || !tables.Contains(name))
            {
                return false;
            }

            reader.Skip("as");
            StatementReader ahead = reader;
            ahead.Name();
            if (ahead.CurrentText is ",")
            {
                reader = ahead;
            }

            if (reader.CurrentText is not ",")
            {
                return true;
            }

            reader.Advance();
        }
    }

    private static bool IsAny(StatementReader reader, string[] words)
    {
        foreach (string word in words)
        {
            if (reader.Is(word))
            {
                return true;
            }
        }

        return false;
    }
}
