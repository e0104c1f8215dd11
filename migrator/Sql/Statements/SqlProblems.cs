using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>The words for what is unclosed in a script.</summary>
internal static class SqlProblems
{
    /// <summary>A quote or comment that the text ends in.</summary>
    public static SqlProblem Unclosed(string script, SqlToken token)
    {
        ReadOnlySpan<char> text = script.AsSpan(token.Start, token.End - token.Start);
        switch (token.Kind)
        {
            case SqlTokenKind.Blank:
                return new SqlProblem(SqlProblemKind.Unclosed, token.Start, "/*",
                    "This comment is never closed; add */, one for each /* in it: comments nest.");
            case SqlTokenKind.DollarString:
                string tag = text[..(text[1..].IndexOf('$') + 2)].ToString();
                return new SqlProblem(SqlProblemKind.Unclosed, token.Start, tag,
                    $"This dollar quote is never closed; end it with {tag}, in the same case.");
            case SqlTokenKind.QuotedIdentifier or SqlTokenKind.UnicodeIdentifier:
                return new SqlProblem(SqlProblemKind.Unclosed, token.Start, text[..(text.IndexOf('"') + 1)].ToString(),
                    "This quoted identifier is never closed; add \", or write \"\" for a quotation mark in it.");
            default:
                return new SqlProblem(SqlProblemKind.Unclosed, token.Start, text[..(text.IndexOf('\'') + 1)].ToString(),
                    "This string is never closed; add ', or write '' for an apostrophe in it or in a string before it.");
        }
    }

    public static SqlProblem UnclosedParenthesis(int offset) =>
        new(SqlProblemKind.Unclosed, offset, "(", "This parenthesis is never closed; add ). Until then, no semicolon ends the statement.");

    public static SqlProblem UnclosedBlock(int offset) =>
        new(SqlProblemKind.Unclosed, offset, "BEGIN", "This BEGIN of a function's body is never closed; add END, one for each BEGIN and CASE.");

    /// <summary>A statement behind COPY … FROM STDIN on its line that does not end there.</summary>
    /// <param name="script">The script.</param>
    /// <param name="offset">Where the statement begins, or what is open in it.</param>
    public static SqlProblem SplitByCopyData(string script, int offset)
    {
        SqlLexer lexer = new(script) { Position = offset };
        SqlToken token = lexer.Next();
        string found = token.Kind == SqlTokenKind.Identifier ? lexer.Slice(token).ToString() : script[offset..(offset + 1)];
        return new SqlProblem(SqlProblemKind.SplitByCopyData, offset, found,
            "The data of COPY begins on the next line, so what follows COPY must end on its line; move it below the data.");
    }
}
