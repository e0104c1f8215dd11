using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>
/// Finds statements that set <c>client_encoding</c>. <c>migrate</c> sends every script as UTF-8. With another client encoding, the server would
/// misread all text that is not ASCII.
/// </summary>
internal static class ClientEncoding
{
    private const string Setting = "client_encoding";

    /// <summary>
    /// Finds the place where a statement sets another encoding than UTF8, or a value that is not a literal: SET, SET NAMES, ALTER … SET,
    /// a call of set_config, or one of these in a DO block.
    /// </summary>
    /// <param name="statement">The text of the statement.</param>
    /// <returns>The offset of the keyword SET or of the name set_config, and the value; null if there is no such place.</returns>
    public static (int Offset, string Value)? FindOther(string statement)
    {
        if (!statement.Contains(Setting, StringComparison.OrdinalIgnoreCase) && !statement.Contains("names", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        StatementReader reader = new(statement);
        return reader.Is("do") ? InBlock(statement, reader) : Find(statement, hasSet: reader.Is("set") || reader.Is("alter"), isBlock: false);
    }

    /// <summary>Whether a name is one of PostgreSQL's names of UTF8. PostgreSQL ignores case and punctuation, and UNICODE is an alias.</summary>
    public static bool IsUtf8(string name)
        => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant() is "UTF8" or "UNICODE";

    private static (int Offset, string Value)? InBlock(string statement, StatementReader reader)
    {
        for (; !reader.AtEnd; reader.Advance())
        {
            if (reader.IsString)
            {
                (int start, int end) = reader.InsideQuotes;
                if (Find(statement[start..end], hasSet: true, isBlock: true) is { } found)
                {
                    return (start + found.Offset, found.Value);
                }
            }
        }

        return null;
    }

    // In ALTER, SET follows a name. In a block, SET is a statement of its own, because an UPDATE may set a column with the same name.
    private static (int Offset, string Value)? Find(string text, bool hasSet, bool isBlock)
    {
        StatementReader reader = new(text);
        bool isStart = true;
        while (!reader.AtEnd)
        {
            int offset = reader.Current.Start;
            StatementReader inner = reader;
            string? value = hasSet && (!isBlock || isStart) && inner.Is("set") ? ValueOfSet(ref inner)
                : SqlName.Resolve(inner.Current.Kind, inner.CurrentText) == "set_config" ? ValueOfSetConfig(ref inner)
                : null;
            if (value is not null && !IsUtf8(value))
            {
                return (offset, value);
            }

            isStart = reader.IsBeforeStatement;
            reader.Advance();
        }

        return null;
    }

    // Null if the statement sets something else, or the default: the session starts with UTF8.
    private static string? ValueOfSet(ref StatementReader reader)
    {
        string? name = reader.SkipSet(out _);
        return name is "names" ? (reader.IsString ? reader.Literal() : null)
            : IsSetting(name) && !reader.Is("default") && !reader.Is("from") ? reader.Literal()
            : null;
    }

    private static string? ValueOfSetConfig(ref StatementReader reader)
    {
        reader.Advance();
        if (reader.Current.Kind != SqlTokenKind.OpenParenthesis)
        {
            return null;
        }

        reader.Advance();
        if (!IsSetting(reader.Literal()))
        {
            return null;
        }

        while (!reader.AtEnd && reader.CurrentText is not ",")
        {
            reader.Advance();
        }

        reader.Advance();
        return reader.Literal();
    }

    private static bool IsSetting(string? name) => string.Equals(name, Setting, StringComparison.OrdinalIgnoreCase);
}
