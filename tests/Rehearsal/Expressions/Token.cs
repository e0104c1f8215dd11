namespace Migrator.Rehearsal.Expressions;

/// <summary>A token of an expression.</summary>
/// <param name="Kind">The kind of token.</param>
/// <param name="Text">The text. For a string, without the quotes.</param>
internal readonly record struct Token(TokenKind Kind, string Text)
{
    public bool Is(string text) => Kind is TokenKind.Operator or TokenKind.Name && Text == text;
}
