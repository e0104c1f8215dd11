namespace Migrator.Tests.Language;

/// <summary>A phrase that the repository's texts must not contain.</summary>
/// <param name="Text">Words, separated by single spaces; or an identifier, which contains a character other than these and lower-case letters.</param>
/// <param name="Hint">What to write instead; null if the list has no suggestion.</param>
internal sealed record RefusedPhrase(string Text, string? Hint)
{
    /// <summary>Whether the text is compared with its case, also as part of a longer name.</summary>
    public bool IsIdentifier => Text.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != ' ');

    /// <summary>The words of the phrase.</summary>
    public string[] Words => Text.Split(' ');
}
