namespace Migrator.Configuration;

/// <summary>Masks secrets in the output. Every text passes through it before it is written.</summary>
internal sealed class Redactor
{
    /// <summary>The text that replaces a secret.</summary>
    public const string Mask = "***";

    // Masking every "a" because the password is "a" would make messages unreadable and reveal the password.
    private const int ShortestPart = 4;

    // Longer than ShortestPart, because a placeholder with four or five letters is often an ordinary word.
    private const int ShortestPassword = 6;

    private readonly Lock _gate = new();
    private readonly List<(string Text, bool AsPart)> _secrets = [];

    /// <summary>
    /// Masks a value, also in its percent-encoded form and as a quoted SQL string. A value of less than four characters is
    /// masked only where it is a whole word.
    /// </summary>
    public void Hide(string? secret) => Hide(secret, asPart: secret is { Length: >= ShortestPart });

    /// <summary>
    /// Masks the value of a placeholder where it is a whole word, because ordinary words may contain it (<c>orders</c>). A
    /// value that looks like a password is masked everywhere.
    /// </summary>
    public void HideWord(string? secret)
        => Hide(secret, asPart: secret is { Length: >= ShortestPassword } && secret.Any(c => !char.IsLetter(c) && c != '_'));

    /// <summary>Replaces the secrets in a text by <see cref="Mask"/>.</summary>
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

            // The longest secret is replaced first. Otherwise a secret that contains another secret would be masked only in part.
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
