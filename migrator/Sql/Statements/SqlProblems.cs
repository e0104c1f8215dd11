using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>The words for what is unclosed in a script.</summary>
internal static class SqlProblems
{
    /// <summary>A quote or comment that the script ends in.</summary>
    /// <param name="position">Where it opens.</param>
    /// <param name="kind">What the lexer took it for.</param>
    /// <param name="text">Its text.</param>
    public static SqlProblem Unclosed(SourcePosition position, SqlTokenKind kind, ReadOnlySpan<char> text)
    {
        switch (kind)
        {
            case SqlTokenKind.Blank:
                return new SqlProblem(SqlProblemKind.Unclosed, position, "/*",
                    "This comment is never closed; add */, one for each /* in it: comments nest.");
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

    public static SqlProblem UnclosedParenthesis(SourcePosition position) =>
        new(SqlProblemKind.Unclosed, position, "(", "This parenthesis is never closed; add ). Until then, no semicolon ends the statement.");

    public static SqlProblem UnclosedBlock(SourcePosition position) =>
        new(SqlProblemKind.Unclosed, position, "BEGIN", "This BEGIN of a function's body is never closed; add END, one for each BEGIN and CASE.");

    /// <summary>A statement that follows COPY … FROM STDIN on its line and does not end there.</summary>
    /// <param name="position">Where the statement begins, or what is open in it.</param>
    /// <param name="text">The text from there on.</param>
    public static SqlProblem SplitByCopyData(SourcePosition position, ReadOnlySpan<char> text)
    {
        SqlLexer lexer = new(text);
        SqlToken token = lexer.Next();
        string found = token.Kind == SqlTokenKind.Identifier ? lexer.Slice(token).ToString() : text[..1].ToString();
        return new SqlProblem(SqlProblemKind.SplitByCopyData, position, found,
            "The data of COPY begins on the next line, so what follows COPY must end on its line; move it below the data.");
    }
}
