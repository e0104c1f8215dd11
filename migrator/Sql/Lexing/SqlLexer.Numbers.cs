using static Migrator.Sql.Lexing.SqlCharacters;

namespace Migrator.Sql.Lexing;

/// <content>Numbers, and what must not follow them but is read as part of them.</content>
internal ref partial struct SqlLexer
{
    private int Number(int start)
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
    private int Digits(int at)
    {
        while (char.IsAsciiDigit(Peek(at)) || (Peek(at) == '_' && char.IsAsciiDigit(Peek(at + 1))))
        {
            at++;
        }

        return at;
    }

    // An exponent, and letters that must not follow a number but belong to its token: "1e5", "0xff", "1abc", and also
    // "1e-", where the "-" is taken even without a digit, so that it starts no comment.
    private int Exponent(int at)
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
