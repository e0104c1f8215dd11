namespace Migrator.Rehearsal.Expressions;

/// <summary>The smallest part of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of a string, what is between the quotes.</param>
internal readonly record struct Token(TokenKind Kind, string Text)
{
    public bool Is(string text) => Kind is TokenKind.Operator or TokenKind.Name && Text == text;
}
