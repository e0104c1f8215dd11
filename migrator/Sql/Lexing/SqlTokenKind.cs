namespace Migrator.Sql.Lexing;

/// <summary>The kind of a <see cref="SqlToken"/>, as far as splitting and classifying statements need it.</summary>
internal enum SqlTokenKind
{
    End,

    /// <summary>White space, a <c>--</c> comment, or a <c>/* */</c> comment.</summary>
    Blank,

    /// <summary>An unquoted identifier or a keyword. The lexer does not distinguish them.</summary>
    Identifier,

    /// <summary><c>"…"</c></summary>
    QuotedIdentifier,

    /// <summary><c>U&amp;"…"</c></summary>
    UnicodeIdentifier,

    /// <summary><c>'…'</c> with any prefix.</summary>
    String,

    /// <summary><c>$tag$…$tag$</c></summary>
    DollarString,

    Number,
    OpenParenthesis,
    CloseParenthesis,
    Semicolon,

    /// <summary>A backslash outside quotes and comments, where psql reads a backslash command.</summary>
    Backslash,

    /// <summary>Operators, punctuation, parameters, psql variables and stray characters.</summary>
    Other,
}
