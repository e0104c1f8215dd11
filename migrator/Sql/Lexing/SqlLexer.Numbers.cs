using static Migrator.Sql.Lexing.SqlCharacters;

namespace Migrator.Sql.Lexing;

/// <content>Numbers, including invalid characters that the lexer reads as part of a number.</content>
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

    // An exponent, or invalid letters that belong to the token of the number: "1e5", "0xff", "1abc". The token of
    // "1e-" includes the "-" even without a digit. Therefore the "-" does not start a comment.
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
