using System.Globalization;
using System.Text;

namespace Migrator;

/// <summary>
/// Marks text that does not come from <c>migrate</c>: messages of the server, of other libraries, and values of the user. The text
/// may contain a secret in any form, and it may be very long. The output masks all secrets in marked text. In other text it masks
/// only secrets that cannot be ordinary words, so that a password such as <c>done</c> does not damage the output.
/// </summary>
internal static class ForeignText
{
    /// <summary>The characters around marked text. Unicode reserves them for the internal use of a program.</summary>
    public const char Begin = '\uFDD0';

    /// <inheritdoc cref="Begin"/>
    public const char End = '\uFDD1';

    /// <summary>The first character of a marked text that is not cut.</summary>
    public const char BeginWhole = '\uFDD3';

    // A script can raise a message of any length.
    private const int MaxBytes = 8192;

    /// <summary>Marks a text. In the output, a text of more than 8 KB is cut after its secrets are masked.</summary>
    /// <param name="text">The text.</param>
    public static string Of(string text) => $"{Begin}{Unmarked(text)}{End}";

    /// <summary>Marks a text without cutting it.</summary>
    /// <param name="text">The text.</param>
    public static string OfWhole(string text) => $"{Begin}{BeginWhole}{Unmarked(text)}{End}";

    /// <summary>Marks a text that may be missing.</summary>
    /// <param name="text">The text; null for none.</param>
    public static string? OfOptional(string? text) => text is null ? null : Of(text);

    /// <summary>Masks a marked text, without its marks, and cuts it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="mask">Masks the secrets in a text.</param>
    public static string Clean(string text, Func<string, string> mask)
    {
        if (text.StartsWith(BeginWhole))
        {
            return mask(text[1..]);
        }

        // Searching for secrets in a very long text would take long, and only its start is printed.
        string start = mask(text.Length > 4 * MaxBytes ? text[..(4 * MaxBytes)] : text);
        int bytes = Encoding.UTF8.GetByteCount(text);
        return bytes <= MaxBytes ? start : Cut(start, bytes);
    }

    private static string Unmarked(string text)
        => text.AsSpan().IndexOfAny(Begin, End, BeginWhole) < 0 ? text : string.Concat(text.Where(c => c is not (Begin or End or BeginWhole)));

    private static string Cut(string text, int bytes)
    {
        int length = 0;
        int used = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            used += rune.Utf8SequenceLength;
            if (used > MaxBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, length)}… (cut; {bytes:N0} bytes in total)");
    }
}
