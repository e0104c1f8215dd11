namespace Migrator.Configuration;

/// <summary>Takes secrets out of everything that is printed. Applied at the one place that prints.</summary>
internal sealed class Redactor
{
    public const string Mask = "***";

    // Hiding every "a" because a password is "a" would spoil every message and tell the password by what is missing.
    private const int ShortestPart = 4;

    // A placeholder that is a word can be as long.
    private const int ShortestPassword = 6;

    private readonly Lock _gate = new();
    private readonly List<(string Text, bool AsPart)> _secrets = [];

    /// <summary>
    /// Hides a value from now on, also in its percent-encoded form and as SQL quotes it: wherever it stands, or, when it is short, where it
    /// stands as a word of its own.
    /// </summary>
    public void Hide(string? secret) => Hide(secret, asPart: secret is { Length: >= ShortestPart });

    /// <summary>
    /// Hides a placeholder's value where it stands as a word of its own: it may be a part of ordinary words (<c>orders</c>).
    /// What looks like a password is hidden wherever it stands.
    /// </summary>
    public void HideWord(string? secret)
        => Hide(secret, asPart: secret is { Length: >= ShortestPassword } && secret.Any(c => !char.IsLetter(c) && c != '_'));

    public string Redact(string text)
    {
        lock (_gate)
        {
            foreach ((string secret, bool asPart) in _secrets)
            {
                text = asPart ? text.Replace(secret, Mask, StringComparison.Ordinal) : ReplaceWord(text, secret);
            }
        }

        return text;
    }

    private void Hide(string? secret, bool asPart)
    {
        if (string.IsNullOrWhiteSpace(secret))
        {
            return;
        }

        lock (_gate)
        {
            foreach (string form in new[] { secret, Uri.EscapeDataString(secret), secret.Replace("'", "''", StringComparison.Ordinal) })
            {
                if (!_secrets.Contains((form, asPart)))
                {
                    _secrets.Add((form, asPart));
                }
            }

            // The longest first, so that a secret that holds another one does not leave its tail behind.
            _secrets.Sort((a, b) => b.Text.Length.CompareTo(a.Text.Length));
        }
    }

    private static string ReplaceWord(string text, string secret)
    {
        for (int at = text.IndexOf(secret, StringComparison.Ordinal); at >= 0;)
        {
            int end = at + secret.Length;
            bool isWord = !(at > 0 && IsWordCharacter(text[at - 1]) && IsWordCharacter(secret[0]))
                && !(end < text.Length && IsWordCharacter(text[end]) && IsWordCharacter(secret[^1]));
            if (isWord)
            {
                text = string.Concat(text.AsSpan(0, at), Mask, text.AsSpan(end));
                end = at + Mask.Length;
            }

            at = text.IndexOf(secret, end, StringComparison.Ordinal);
        }

        return text;
    }

    private static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || c == '_';
}
