using System.Text;
using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>Creates the problems for unclosed and misplaced statements, and for invisible characters.</summary>
internal static class SqlProblems
{
    /// <summary>Creates the problem for a quote or comment that is not closed.</summary>
    /// <param name="position">The position of its start.</param>
    /// <param name="kind">The kind of its token.</param>
    /// <param name="text">The text of the token.</param>
    public static SqlProblem Unclosed(SourcePosition position, SqlTokenKind kind, ReadOnlySpan<char> text)
    {
        switch (kind)
        {
            case SqlTokenKind.Blank:
                return new SqlProblem(SqlProblemKind.Unclosed, position, "/*",
                    "This comment is never closed; add one */ for each /* in it, because comments nest.");
            case SqlTokenKind.DollarString:
                string tag = text[..(text[1..].IndexOf('$') + 2)].ToString();
                return new SqlProblem(SqlProblemKind.Unclosed, position, tag,
                    $"This dollar quote is never closed; end it with {tag}, in the same case.");
            case SqlTokenKind.QuotedIdentifier or SqlTokenKind.UnicodeIdentifier:
                return new SqlProblem(SqlProblemKind.Unclosed, position, text[..(text.IndexOf('"') + 1)].ToString(),
                    "This quoted identifier is never closed; add \", or write \"\" for a quotation mark in it.");
            default:
                return new SqlProblem(SqlProblemKind.Unclosed, position, text[..(text.IndexOf('\'') + 1)].ToString(),
                    "This string is never closed; add ', or write '' for an apostrophe in it or in a string before it.");
        }
    }

    /// <summary>Creates the problem for an invisible character outside strings, comments and quoted identifiers.</summary>
    public static SqlProblem Invisible(SourcePosition position, Rune character)
    {
        string name = InvisibleCharacters.Describe(character);
        return new SqlProblem(SqlProblemKind.InvalidCharacter, position, name,
            $"The invisible character {name} is not white space in SQL, but part of a name; remove it, or write a space. If a name must contain it, put the name in double quotes.");
    }

    public static SqlProblem UnclosedParenthesis(SourcePosition position) =>
        new(SqlProblemKind.Unclosed, position, "(", "This parenthesis is never closed; add ). Until then, no semicolon ends the statement.");

    public static SqlProblem UnclosedBlock(SourcePosition position) =>
        new(SqlProblemKind.Unclosed, position, "BEGIN", "This BEGIN of a function's body is never closed; add END, one for each BEGIN and CASE.");

    /// <summary>Creates the problem for a statement that starts on the line of COPY … FROM STDIN and does not end on that line.</summary>
    /// <param name="position">The position of the statement, or of the unclosed quote, comment, parenthesis or body in it.</param>
    /// <param name="text">The text from that position.</param>
    public static SqlProblem SplitByCopyData(SourcePosition position, ReadOnlySpan<char> text)
    {
        SqlLexer lexer = new(text);
        SqlToken token = lexer.Next();
        string found = token.Kind == SqlTokenKind.Identifier ? lexer.Slice(token).ToString() : text[..1].ToString();
        return new SqlProblem(SqlProblemKind.SplitByCopyData, position, found,
            "The data of COPY begins on the next line, so a statement after COPY must end on its line; move the statement below the data.");
    }
}
