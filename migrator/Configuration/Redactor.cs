using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Migrator.Configuration;

/// <summary>Masks secrets in the output. Every text passes through it before it is formatted and written.</summary>
internal sealed partial class Redactor
{
    /// <summary>The text that replaces a secret.</summary>
    public const string Mask = "***";

    // Masking every "a" because the password is "a" would make messages unreadable and reveal the password.
    private const int ShortestPart = 4;

    // Longer than ShortestPart, because a placeholder with four or five letters is often an ordinary word.
    private const int ShortestPassword = 6;

    // A longer placeholder is rarely an ordinary word.
    private const int LongestWord = 16;

    // A shorter secret could be a word, a name or a number in migrate's own text.
    private const int ShortestStrong = 8;

    // PostgreSQL cuts identifiers to 63 bytes.
    private const int LongestIdentifier = 63;

    // The server returns identifiers in lower case, and a percent-encoded value can be in either case.
    private const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;

    private readonly Lock _gate = new();
    private readonly List<Secret> _secrets = [];

    private readonly record struct Secret(string Text, bool AsPart, bool IsStrong);

    /// <summary>
    /// Masks a value, line by line, in every form in which a server or a library may return it: percent-encoded, as a quoted SQL
    /// string or identifier, in JSON, in lower or upper case. A value of less than four characters is masked only where it is
    /// a whole word, and a number of less than six digits is not masked.
    /// </summary>
    /// <param name="secret">The value; null for none.</param>
    public void Hide(string? secret) => Hide(secret, text => text.Length >= ShortestPart);

    /// <summary>
    /// Masks the value of a placeholder where it is a whole word, because ordinary words may contain it (<c>orders</c>). A
    /// value that looks like a password is masked everywhere.
    /// </summary>
    /// <param name="secret">The value; null for none.</param>
    public void HideWord(string? secret)
        => Hide(secret, text => text.Length >= LongestWord || (text.Length >= ShortestPassword && text.Any(c => !char.IsLetter(c) && c != '_')));

    /// <summary>Replaces the secrets in a text by <see cref="Mask"/>, and removes the marks of <see cref="ForeignText"/>.</summary>
    /// <param name="text">The text. All secrets are masked in marked parts, and only strong ones in other parts.</param>
    public string Redact(string text)
    {
        if (!text.Contains(ForeignText.Begin, StringComparison.Ordinal))
        {
            return RedactPart(text, isForeign: false);
        }

        var result = new StringBuilder();
        for (int at = 0; at < text.Length;)
        {
            int begin = text.IndexOf(ForeignText.Begin, at);
            begin = begin < 0 ? text.Length : begin;
            result.Append(RedactPart(text[at..begin], isForeign: false));
            if (begin == text.Length)
            {
                break;
            }

            int end = text.IndexOf(ForeignText.End, begin);
            end = end < 0 ? text.Length : end;
            result.Append(ForeignText.Clean(text[(begin + 1)..end], t => RedactPart(t, isForeign: true)));
            at = end + 1;
        }

        return result.ToString();
    }

    // The password of a URL or of a connection string, in whichever setting it is.
    [GeneratedRegex(@"(?<=:/{1,2}[^/\s:@]*:)[^@\s]+(?=@)|(?<=\b(password|pwd)\s*=\s*)('[^']*'|[^\s;'""]+)|(?<=[^\s:/@'""]:)[^\s:/@'""]+(?=@[\w.-])", RegexOptions.IgnoreCase)]
    private static partial Regex ConnectionPassword { get; }

    private string RedactPart(string text, bool isForeign)
    {
        lock (_gate)
        {
            foreach (Secret secret in _secrets)
            {
                if (isForeign || secret.IsStrong)
                {
                    text = secret.AsPart ? text.Replace(secret.Text, Mask, AnyCase) : ReplaceWord(text, secret.Text);
                }
            }

            if (isForeign)
            {
                foreach (Secret secret in _secrets.Where(s => s.IsStrong))
                {
                    text = ReplaceSecretWithoutStart(ReplaceCutSecret(text, secret.Text), secret.Text);
                    text = QuotedWord.Replace(text, m => IsMostOf(m.Value, secret.Text) ? Mask : m.Value);
                }
            }
        }

        return ConnectionPassword.Replace(text, Mask);
    }

    private void Hide(string? secret, Func<string, bool> asPart)
    {
        if (string.IsNullOrWhiteSpace(secret))
        {
            return;
        }

        lock (_gate)
        {
            // A message may contain only one line of a certificate or a key.
            // Output replaces each kind of line ending, such as U+2028.
            foreach (string text in secret.ReplaceLineEndings("\n").Split('\n').Select(l => l.Trim()).Where(l => l.Length >= ShortestPart).Append(secret.ReplaceLineEndings(" ")).Append(secret))
            {
                if (text.All(char.IsAsciiDigit) && text.Length < ShortestPassword)
                {
                    continue;
                }

                foreach (string form in FormsOf(text))
                {
                    if (!_secrets.Any(s => s.Text == form))
                    {
                        _secrets.Add(new Secret(form, asPart(text), IsStrong(text)));
                    }
                }
            }

            // The longest secret is replaced first. Otherwise a secret that contains another secret would be masked only in part.
            _secrets.Sort((a, b) => b.Text.Length.CompareTo(a.Text.Length));
        }
    }

    private static IEnumerable<string> FormsOf(string text)
    {
        string quoted = text.Replace("'", "''", StringComparison.Ordinal);
        string[] forms =
        [
            text,
            Uri.EscapeDataString(text),
            WebUtility.UrlEncode(text),
            quoted,
            text.Replace("\"", "\"\"", StringComparison.Ordinal),
            // E'…'
            quoted.Replace("\\", "\\\\", StringComparison.Ordinal),
            text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal),
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text),
            JavaScriptEncoder.Default.Encode(text),
            text.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal),
            CutToIdentifier(text),
            // JSON as PostgreSQL writes it, and bytea.
            text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal),
            Convert.ToHexString(Encoding.UTF8.GetBytes(text)),
            // A field of a row, such as in ("a ""b""","c\\d"), and XML.
            text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\"\"", StringComparison.Ordinal),
            text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal),
        ];
        return forms.Distinct(StringComparer.Ordinal);
    }

    // A word that the server quotes: near "…", column "…".
    [GeneratedRegex("(?<=\")[^\"\\s]{8,}(?=\")")]
    private static partial Regex QuotedWord { get; }

    // A script that forgets the quotes around a placeholder makes the server quote a part of the value.
    private static bool IsMostOf(string word, string secret) => word.Length * 2 >= secret.Length && secret.Contains(word, AnyCase);

    private static string CutToIdentifier(string text)
    {
        int length = text.Length;
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > LongestIdentifier)
        {
            length--;
        }

        return text[..length];
    }

    // Masks the first characters of a secret where PostgreSQL has cut it: before "..." (rows in messages), and at the end of an
    // identifier of 63 bytes.
    private static string ReplaceCutSecret(string text, string secret)
    {
        for (int at = text.IndexOf(secret[..ShortestPassword], AnyCase); at >= 0;)
        {
            int end = at;
            while (end < text.Length && end - at < secret.Length && char.ToUpperInvariant(text[end]) == char.ToUpperInvariant(secret[end - at]))
            {
                end++;
            }

            bool isCut = text.AsSpan(end).StartsWith("...") || (end < text.Length && text[end] == '"' && end - text.LastIndexOf('"', end - 1) > LongestIdentifier / 2);
            text = isCut ? string.Concat(text.AsSpan(0, at), Mask, text.AsSpan(end)) : text;
            int next = isCut ? at + Mask.Length : at + 1;
            at = next < text.Length ? text.IndexOf(secret[..ShortestPassword], next, AnyCase) : -1;
        }

        return text;
    }

    // Masks the last characters of a secret where PostgreSQL has cut the text before them: after "..." (JSON), and at the start of a line
    // (XML).
    private static string ReplaceSecretWithoutStart(string text, string secret)
    {
        const string dots = "...";
        for (int at = 0; at < text.Length;)
        {
            int length = LengthOfEnd(text.AsSpan(at), secret);
            if (length > 0)
            {
                text = string.Concat(text.AsSpan(0, at), Mask, text.AsSpan(at + length));
            }

            int afterDots = text.IndexOf(dots, at, StringComparison.Ordinal) is >= 0 and var d ? d + dots.Length : text.Length;
            int afterLine = text.IndexOf('\n', at) is >= 0 and var n ? n + 1 : text.Length;
            at = Math.Min(afterDots, afterLine);
        }

        return text;
    }

    // The number of characters at the start of a text that are the end of a secret; 0 if they are too few.
    private static int LengthOfEnd(ReadOnlySpan<char> text, string secret)
    {
        for (int length = Math.Min(secret.Length - 1, text.Length); length >= ShortestPart; length--)
        {
            if (text[..length].Equals(secret.AsSpan(secret.Length - length), AnyCase))
            {
                return length;
            }
        }

        return 0;
    }

    // Names and words of migrate, of scripts and of tables consist of letters, digits, '_', '-' and '.'.
    private static bool IsStrong(string text)
        => text.Length >= ShortestStrong && text.Any(char.IsLetter) && text.Any(c => !char.IsLetter(c) && c is not ('_' or '-' or '.'));

    private static string ReplaceWord(string text, string secret)
    {
        for (int at = text.IndexOf(secret, AnyCase); at >= 0;)
        {
            int end = at + secret.Length;
            bool isWord = !(at > 0 && IsWordCharacter(text[at - 1]) && IsWordCharacter(secret[0]))
                && !(end < text.Length && IsWordCharacter(text[end]) && IsWordCharacter(secret[^1]));
            if (isWord)
            {
                text = string.Concat(text.AsSpan(0, at), Mask, text.AsSpan(end));
                end = at + Mask.Length;
            }

            at = text.IndexOf(secret, end, AnyCase);
        }

        return text;
    }

    private static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || c == '_';
}
