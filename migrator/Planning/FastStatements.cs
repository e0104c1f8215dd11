using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Planning;

/// <summary>
/// Decides from a statement's syntax whether it is expected to be fast and to wait for no lock, because it reads and writes only
/// tables that are new in the run. A rule that is too strict makes a run slower. A rule that is too lax delays progress output.
/// Nothing else depends on the rules.
/// </summary>
internal static class FastStatements
{
    private static readonly string[] s_verbs = ["create", "alter", "drop", "insert", "update", "delete", "comment", "grant", "revoke", "set", "reset"];

    /// <summary>Whether a statement is expected to be fast.</summary>
    /// <param name="statement">The statement's text.</param>
    /// <param name="changes">The statement's changes.</param>
    /// <param name="tables">The tables that are new when the statement runs.</param>
    public static bool IsFast(string statement, IReadOnlyList<SchemaChange> changes, NewTables tables)
    {
        StatementReader reader = new(statement);
        bool isDelete = reader.Is("delete");
        // The syntax of ALTER VIEW, DROP FUNCTION … CASCADE and similar does not show which tables they lock.
        if (!IsAny(reader, s_verbs) || ((reader.Is("alter") || reader.Is("drop")) && changes.All(c => c.Kind == ChangeKind.Other || c.ObjectType is not null)))
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

    // Reads a list of tables: name [[AS] alias] [, …]. A subquery in parentheses is read by the loop in IsFast.
    private static bool AreNew(ref StatementReader reader, NewTables tables)
    {
        while (true)
        {
            reader.Skip("only");
            if (reader.Current.Kind == SqlTokenKind.OpenParenthesis)
            {
                return true;
            }

            if (reader.Name() is not { } name || reader.Current.Kind == SqlTokenKind.OpenParenthesis || !tables.Contains(tables.Names.Resolve(name)))
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
