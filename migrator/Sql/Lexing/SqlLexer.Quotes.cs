using static Migrator.Sql.Lexing.SqlCharacters;

namespace Migrator.Sql.Lexing;

/// <content>Comments and quotes: tokens with an end delimiter.</content>
internal ref partial struct SqlLexer
{
    private SqlToken BlockComment(int start)
    {
        int depth = 1;
        int at = start + 2;
        while (depth > 0)
        {
            int skip = text[at..].IndexOfAny('*', '/');
            if (skip < 0)
            {
                return new SqlToken(SqlTokenKind.Blank, start, text.Length, IsUnclosed: true);
            }

            at += skip;
            switch (text[at], Peek(at + 1))
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

    private SqlToken Quote(SqlTokenKind kind, int start, int inside, char quote)
    {
        int at = inside;
        while (true)
        {
            int length = text[at..].IndexOf(quote);
            if (length < 0)
            {
                return new SqlToken(kind, start, text.Length, IsUnclosed: true);
            }

            at += length + 1;
            if (Peek(at) != quote)
            {
                return new SqlToken(kind, start, at);
            }

            at++;
        }
    }

    private SqlToken EscapeString(int start, int inside)
    {
        int at = inside;
        while (true)
        {
            int length = text[Math.Min(at, text.Length)..].IndexOfAny('\'', '\\');
            if (length < 0)
            {
                return new SqlToken(SqlTokenKind.String, start, text.Length, IsUnclosed: true);
            }

            at += length;
            if (text[at] == '\\' || Peek(at + 1) == '\'')
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

    // In SQL, a string continues if another quote follows after a line break: 'a', line break, 'b'. psql reads line by line and removes
    // the \n, so it never sees a \n here. Only a \r without \n counts as a line break.
    private int? Continuation(int at)
    {
        bool hasLineBreak = false;
        while (true)
        {
            switch (Peek(at))
            {
                case '\'' when hasLineBreak:
                    return at;
                case '\r':
                    hasLineBreak = true;
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

    // $1 is a parameter, and $tag$ and $$ start a quote. Any other $ is a token by itself.
    private SqlToken Dollar(int start, char next)
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

        while (at < text.Length && IsTagPart(text[at]))
        {
            at++;
        }

        if (Peek(at) != '$')
        {
            return new SqlToken(SqlTokenKind.Other, start, start + 1);
        }

        at++;
        ReadOnlySpan<char> delimiter = text[start..at];
        int length = text[at..].IndexOf(delimiter);
        return length < 0
            ? new SqlToken(SqlTokenKind.DollarString, start, text.Length, IsUnclosed: true)
            : new SqlToken(SqlTokenKind.DollarString, start, at + length + delimiter.Length);
    }
}
