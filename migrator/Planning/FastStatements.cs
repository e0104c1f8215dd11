using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Planning;

/// <summary>
/// Tells from a statement's syntax that it is expected to be fast and to wait for no lock: what it writes and reads is new. Too strict a rule makes a run slower,
/// too lax a rule delays progress output; nothing else depends on it.
/// </summary>
internal static class FastStatements
{
    private static readonly string[] s_verbs = ["create", "alter", "drop", "insert", "update", "delete", "comment", "grant", "revoke", "set", "reset"];

    /// <summary>Whether a statement is expected to be fast.</summary>
    /// <param name="statement">The statement's text.</param>
    /// <param name="changes">What it changes.</param>
    /// <param name="tables">The tables that are new when it runs.</param>
    public static bool IsFast(string statement, IReadOnlyList<SchemaChange> changes, NewTables tables)
    {
        StatementReader reader = new(statement);
        bool isDelete = reader.Is("delete");
        // ALTER VIEW, DROP FUNCTION … CASCADE: their syntax does not show what else they lock.
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
