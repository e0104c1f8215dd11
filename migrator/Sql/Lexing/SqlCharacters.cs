namespace Migrator.Sql.Lexing;

/// <summary>The character classes of PostgreSQL's lexer (<c>src/backend/parser/scan.l</c>).</summary>
internal static class SqlCharacters
{
    // \v is white space since PostgreSQL 16.
    public static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';

    // PostgreSQL's lexer works on bytes and treats each byte above 0x7F as a letter. Therefore every non-ASCII
    // character, even a no-break space, is part of an identifier.
    public static bool IsIdentifierStart(char c) => char.IsAsciiLetter(c) || c == '_' || c >= 0x80;

    public static bool IsIdentifierPart(char c) => IsIdentifierStart(c) || char.IsAsciiDigit(c) || c == '$';

    /// <summary>Whether a character can be part of a dollar quote tag or a psql variable: any identifier character except <c>$</c>.</summary>
    public static bool IsTagPart(char c) => IsIdentifierStart(c) || char.IsAsciiDigit(c);

    public static bool IsOperator(char c) => c is '~' or '!' or '@' or '#' or '^' or '&' or '|' or '`' or '?'
        or '+' or '-' or '*' or '/' or '%' or '<' or '>' or '=';
}
