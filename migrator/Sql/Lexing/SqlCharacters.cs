namespace Migrator.Sql.Lexing;

/// <summary>The character classes of PostgreSQL's lexer (<c>src/backend/parser/scan.l</c>).</summary>
internal static class SqlCharacters
{
    // \v is white space since PostgreSQL 16.
    public static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';

    // The lexer works on bytes and takes each above 0x7F for a letter, so every non-ASCII character
    // (a no-break space too) is part of an identifier.
    public static bool IsIdentifierStart(char c) => char.IsAsciiLetter(c) || c == '_' || c >= 0x80;

    public static bool IsIdentifierPart(char c) => IsIdentifierStart(c) || char.IsAsciiDigit(c) || c == '$';

    /// <summary>Letters of dollar quote tags and of psql variables: those of identifiers, but no <c>$</c>.</summary>
    public static bool IsTagPart(char c) => IsIdentifierStart(c) || char.IsAsciiDigit(c);

    public static bool IsOperator(char c) => c is '~' or '!' or '@' or '#' or '^' or '&' or '|' or '`' or '?'
        or '+' or '-' or '*' or '/' or '%' or '<' or '>' or '=';
}
