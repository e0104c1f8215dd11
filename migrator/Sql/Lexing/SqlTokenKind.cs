namespace Migrator.Sql.Lexing;

/// <summary>What <see cref="SqlLexer"/> found, in the detail that splitting and classifying need.</summary>
internal enum SqlTokenKind
{
    End,

    /// <summary>White space, or a comment of either kind.</summary>
    Blank,

    /// <summary>An unquoted identifier or a keyword; the lexer does not tell them apart.</summary>
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

    /// <summary>A backslash outside quotes and comments: to psql the start of one of its commands.</summary>
    Backslash,

    /// <summary>Operators, punctuation, parameters, psql variables and stray characters.</summary>
    Other,
}
