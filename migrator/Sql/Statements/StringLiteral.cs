using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>Reads the values of string literals.</summary>
internal static class StringLiteral
{
    /// <summary>Whether a token is a string literal: <c>'…'</c> or <c>$tag$…$tag$</c>.</summary>
    public static bool Is(SqlTokenKind kind) => kind is SqlTokenKind.String or SqlTokenKind.DollarString;

    /// <summary>Gets the text of a string literal without its quotes. Escapes of <c>E'…'</c> with a backslash are kept as they are.</summary>
    /// <param name="kind">The kind of the token.</param>
    /// <param name="text">The token, with its quotes.</param>
    public static string ValueOf(SqlTokenKind kind, ReadOnlySpan<char> text)
    {
        if (kind == SqlTokenKind.DollarString)
        {
            int tag = text[1..].IndexOf('$') + 2;
            return text.Length >= 2 * tag ? text[tag..^tag].ToString() : "";
        }

        int quote = text.IndexOf('\'');
        return text.Length > quote + 1 ? text[(quote + 1)..^1].ToString().Replace("''", "'", StringComparison.Ordinal) : "";
    }
}
