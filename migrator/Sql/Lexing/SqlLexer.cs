using static Migrator.Sql.Lexing.SqlCharacters;

namespace Migrator.Sql.Lexing;

/// <summary>
/// Splits SQL into tokens by the rules of psql's lexer (<c>src/fe_utils/psqlscan.l</c> of PostgreSQL 18). These are the
/// rules of the server, plus psql variables and backslash commands. The lexer never fails: an unclosed quote or comment is
/// an unclosed token up to the end of the text.
/// </summary>
/// <param name="text">The text.</param>
/// <param name="hasStandardStrings">
/// The setting <c>standard_conforming_strings</c>, which is on by default. If it is off, a backslash in a <c>'…'</c> string is an escape character.
/// </param>
internal ref partial struct SqlLexer(ReadOnlySpan<char> text, bool hasStandardStrings = true)
{
    private readonly ReadOnlySpan<char> text = text;
    private readonly bool hasStandardStrings = hasStandardStrings;
    private bool hasPeekedPastEnd;

    /// <summary>The offset of the next token.</summary>
    public int Position { get; set; }

    /// <summary>Whether more text could change the last token, because the lexer reached the end of the text.</summary>
    public bool HasReachedEnd { get; private set; }

    /// <summary>The characters of a token.</summary>
    public readonly ReadOnlySpan<char> Slice(SqlToken token) => text[token.Start..token.End];

    /// <summary>Reads the next token, including white space and comments.</summary>
    public SqlToken Next()
    {
        int start = Position;
        hasPeekedPastEnd = false;
        if (start >= text.Length)
        {
            HasReachedEnd = true;
            return new SqlToken(SqlTokenKind.End, start, start);
        }

        SqlToken token = Scan(start, text[start], Peek(start + 1));
        Position = token.End;
        HasReachedEnd = hasPeekedPastEnd || token.End == text.Length;
        return token;
    }

    /// <summary>Reads the next token that is neither white space nor a comment.</summary>
    public SqlToken NextSignificant()
    {
        SqlToken token;
        do
        {
            token = Next();
        }
        while (token.Kind == SqlTokenKind.Blank);
        return token;
    }

    private char Peek(int at)
    {
        if (at < text.Length)
        {
            return text[at];
        }

        hasPeekedPastEnd = true;
        return '\0';
    }

    private SqlToken Scan(int start, char c, char next)
    {
        switch (c)
        {
            case ' ' or '\t' or '\n' or '\r' or '\f' or '\v':
                return new SqlToken(SqlTokenKind.Blank, start, SkipSpace(start + 1));
            case '-' when next == '-':
                return new SqlToken(SqlTokenKind.Blank, start, EndOfLine(start + 2));
            case '/' when next == '*':
                return BlockComment(start);
            case '\'':
                return hasStandardStrings ? Quote(SqlTokenKind.String, start, start + 1, '\'') : EscapeString(start, start + 1);
            case '"':
                return Quote(SqlTokenKind.QuotedIdentifier, start, start + 1, '"');
            case 'n' or 'N' when next == '\'' && !hasStandardStrings:
                return EscapeString(start, start + 2);
            case 'b' or 'B' or 'x' or 'X' or 'n' or 'N' when next == '\'':
                return Quote(SqlTokenKind.String, start, start + 2, '\'');
            case 'e' or 'E' when next == '\'':
                return EscapeString(start, start + 2);
            case 'u' or 'U' when next == '&':
                return Peek(start + 2) switch
                {
                    '\'' => Quote(SqlTokenKind.String, start, start + 3, '\''),
                    '"' => Quote(SqlTokenKind.UnicodeIdentifier, start, start + 3, '"'),
                    _ => new SqlToken(SqlTokenKind.Other, start, start + 1),
                };
            case '$':
                return Dollar(start, next);
            case '(':
                return new SqlToken(SqlTokenKind.OpenParenthesis, start, start + 1);
            case ')':
                return new SqlToken(SqlTokenKind.CloseParenthesis, start, start + 1);
            case ';':
                return new SqlToken(SqlTokenKind.Semicolon, start, start + 1);
            case '\\':
                return new SqlToken(SqlTokenKind.Backslash, start, start + 1);
            case ':':
                return new SqlToken(SqlTokenKind.Other, start, Colon(start, next));
            case '.' when next == '.':
                return new SqlToken(SqlTokenKind.Other, start, start + 2);
            case '.' when char.IsAsciiDigit(next):
                return new SqlToken(SqlTokenKind.Number, start, Exponent(Digits(start + 1)));
        }

        if (IsIdentifierStart(c))
        {
            return new SqlToken(SqlTokenKind.Identifier, start, SkipIdentifier(start + 1));
        }

        if (char.IsAsciiDigit(c))
        {
            return new SqlToken(SqlTokenKind.Number, start, Number(start));
        }

        return new SqlToken(SqlTokenKind.Other, start, IsOperator(c) ? Operator(start) : start + 1);
    }

    private int SkipSpace(int at)
    {
        while (at < text.Length && IsSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private int SkipIdentifier(int at)
    {
        while (at < text.Length && IsIdentifierPart(text[at]))
        {
            at++;
        }

        return at;
    }

    private int EndOfLine(int at)
    {
        int length = text[at..].IndexOfAny('\n', '\r');
        return length < 0 ? text.Length : at + length;
    }

    // psql reads ":name" as one token. Therefore the "end" in an array slice a[1:end] does not close a block.
    private int Colon(int start, char next)
    {
        int at = start + 1;
        if (next is ':' or '=')
        {
            return at + 1;
        }

        while (at < text.Length && IsTagPart(text[at]))
        {
            at++;
        }

        return at;
    }

    // The start of a comment ends an operator. The server also removes a trailing + or -, which does not matter here.
    private int Operator(int start)
    {
        int at = start + 1;
        while (at < text.Length && IsOperator(text[at])
            && (text[at], Peek(at + 1)) is not (('-', '-') or ('/', '*')))
        {
            at++;
        }

        return at;
    }
}
