using static Migrator.Scripts.Sql.SqlCharacters;

namespace Migrator.Scripts.Sql;

/// <summary>
/// Cuts SQL into tokens by the rules of psql's lexer (<c>src/fe_utils/psqlscan.l</c> of PostgreSQL 18), which are the server's
/// own plus variables and backslash commands. Strings are read as with <c>standard_conforming_strings = on</c>, the default
/// since PostgreSQL 9.1. Never fails: an unclosed quote or comment is an open token that reaches to the end.
/// </summary>
internal ref struct SqlLexer(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _all = text;
    private ReadOnlySpan<char> _text = text;

    /// <summary>Where the next token begins.</summary>
    public int Position { get; set; }

    /// <summary>The text ends here for the lexer; at most, and by default, where it really ends.</summary>
    public int Limit
    {
        readonly get => _text.Length;
        set => _text = _all[..value];
    }

    /// <summary>The characters of a token.</summary>
    public readonly ReadOnlySpan<char> Slice(SqlToken token) => _all[token.Start..token.End];

    /// <summary>The next token, white space and comments included.</summary>
    public SqlToken Next()
    {
        int start = Position;
        if (start >= _text.Length)
        {
            return new SqlToken(SqlTokenKind.End, start, start);
        }

        SqlToken token = Scan(start, _text[start], Peek(start + 1));
        Position = token.End;
        return token;
    }

    /// <summary>The next token that is neither white space nor a comment.</summary>
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

    private readonly char Peek(int at) => at < _text.Length ? _text[at] : '\0';

    private readonly SqlToken Scan(int start, char c, char next)
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
                return Quote(SqlTokenKind.String, start, start + 1, '\'');
            case '"':
                return Quote(SqlTokenKind.QuotedIdentifier, start, start + 1, '"');
            case 'b' or 'B' or 'x' or 'X' or 'n' or 'N' when next == '\'':
                return Quote(SqlTokenKind.String, start, start + 2, '\'');
            case 'e' or 'E' when next == '\'':
                return EscapeString(start);
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

    private readonly int SkipSpace(int at)
    {
        while (at < _text.Length && IsSpace(_text[at]))
        {
            at++;
        }

        return at;
    }

    private readonly int SkipIdentifier(int at)
    {
        while (at < _text.Length && IsIdentifierPart(_text[at]))
        {
            at++;
        }

        return at;
    }

    private readonly int EndOfLine(int at)
    {
        int length = _text[at..].IndexOfAny('\n', '\r');
        return length < 0 ? _text.Length : at + length;
    }

    private readonly SqlToken BlockComment(int start)
    {
        int depth = 1;
        int at = start + 2;
        while (depth > 0)
        {
            int skip = _text[at..].IndexOfAny('*', '/');
            if (skip < 0)
            {
                return new SqlToken(SqlTokenKind.Blank, start, _text.Length, IsOpen: true);
            }

            at += skip;
            switch (_text[at], Peek(at + 1))
            {
                case ('*', '/'):
                    depth--;
                    at += 2;
                    break;
                case ('/', '*'):
                    depth++;
                    at += 2;
                    break;
                default:
                    at++;
                    break;
            }
        }

        return new SqlToken(SqlTokenKind.Blank, start, at);
    }

    private readonly SqlToken Quote(SqlTokenKind kind, int start, int inside, char quote)
    {
        int at = inside;
        while (true)
        {
            int length = _text[at..].IndexOf(quote);
            if (length < 0)
            {
                return new SqlToken(kind, start, _text.Length, IsOpen: true);
            }

            at += length + 1;
            if (Peek(at) != quote)
            {
                return new SqlToken(kind, start, at);
            }

            at++;
        }
    }

    private readonly SqlToken EscapeString(int start)
    {
        int at = start + 2;
        while (true)
        {
            int length = _text[Math.Min(at, _text.Length)..].IndexOfAny('\'', '\\');
            if (length < 0)
            {
                return new SqlToken(SqlTokenKind.String, start, _text.Length, IsOpen: true);
            }

            at += length;
            if (_text[at] == '\\' || Peek(at + 1) == '\'')
            {
                at += 2;
            }
            else if (Continuation(at + 1) is { } quote)
            {
                at = quote + 1;
            }
            else
            {
                return new SqlToken(SqlTokenKind.String, start, at + 1);
            }
        }
    }

    // A string goes on in a quote after a line end. psql lexes lines cut at \n, so that to it only a lone \r is one.
    private readonly int? Continuation(int at)
    {
        bool isNextLine = false;
        while (true)
        {
            switch (Peek(at))
            {
                case '\'' when isNextLine:
                    return at;
                case '\r':
                    isNextLine = true;
                    at++;
                    break;
                case ' ' or '\t' or '\f' or '\v':
                    at++;
                    break;
                case '-' when Peek(at + 1) == '-':
                    at = EndOfLine(at + 2);
                    break;
                default:
                    return null;
            }
        }
    }

    // $1 is a parameter, $tag$ and $$ open a quote, and any other $ stands alone.
    private readonly SqlToken Dollar(int start, char next)
    {
        int at = start + 1;
        if (char.IsAsciiDigit(next))
        {
            while (char.IsAsciiDigit(Peek(at)))
            {
                at++;
            }

            return new SqlToken(SqlTokenKind.Other, start, IsIdentifierStart(Peek(at)) ? SkipIdentifier(at) : at);
        }

        while (at < _text.Length && IsTagPart(_text[at]))
        {
            at++;
        }

        if (Peek(at) != '$')
        {
            return new SqlToken(SqlTokenKind.Other, start, start + 1);
        }

        at++;
        ReadOnlySpan<char> delimiter = _text[start..at];
        int length = _text[at..].IndexOf(delimiter);
        return length < 0
            ? new SqlToken(SqlTokenKind.DollarString, start, _text.Length, IsOpen: true)
            : new SqlToken(SqlTokenKind.DollarString, start, at + length + delimiter.Length);
    }

    // ":name" is one token to psql, so that the "end" of an array slice a[1:end] closes no block.
    private readonly int Colon(int start, char next)
    {
        int at = start + 1;
        if (next is ':' or '=')
        {
            return at + 1;
        }

        while (at < _text.Length && IsTagPart(_text[at]))
        {
            at++;
        }

        return at;
    }

    // A comment start ends an operator. Trailing + and - are cut off by the server, which matters to it alone.
    private readonly int Operator(int start)
    {
        int at = start + 1;
        while (at < _text.Length && IsOperator(_text[at])
            && (_text[at], Peek(at + 1)) is not (('-', '-') or ('/', '*')))
        {
            at++;
        }

        return at;
    }

    private readonly int Number(int start)
    {
        int at = Digits(start);
        if (Peek(at) == '.')
        {
            if (Peek(at + 1) == '.')
            {
                // "1..10" is a range, not a decimal.
                return at;
            }

            at++;
            at = char.IsAsciiDigit(Peek(at)) ? Digits(at) : at;
        }

        return Exponent(at);
    }

    // Digits, with single underscores between them (PostgreSQL 16).
    private readonly int Digits(int at)
    {
        while (char.IsAsciiDigit(Peek(at)) || (Peek(at) == '_' && char.IsAsciiDigit(Peek(at + 1))))
        {
            at++;
        }

        return at;
    }

    // An exponent, and letters that must not follow a number but belong to its token: "1e5", "0xff", "1abc", and also
    // "1e-", where the "-" is taken even without a digit, so that it starts no comment.
    private readonly int Exponent(int at)
    {
        if (Peek(at) is 'e' or 'E' && Peek(at + 1) is '+' or '-')
        {
            at += 2;
            if (!char.IsAsciiDigit(Peek(at)))
            {
                return at;
            }

            at = Digits(at);
        }

        return IsIdentifierStart(Peek(at)) ? SkipIdentifier(at) : at;
    }
}
