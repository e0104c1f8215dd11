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

    // A script can raise a message of any length.
    private const int MaxBytes = 8192;

    /// <summary>Marks a text. A text of more than 8 KB is cut, and its length is added.</summary>
    /// <param name="text">The text.</param>
    public static string Of(string text) => $"{Begin}{Cut(Unmarked(text))}{End}";

    /// <summary>Marks a text without cutting it.</summary>
    /// <param name="text">The text.</param>
    public static string OfWhole(string text) => $"{Begin}{Unmarked(text)}{End}";

    /// <summary>Marks a text that may be missing.</summary>
    /// <param name="text">The text; null for none.</param>
    public static string? OfOptional(string? text) => text is null ? null : Of(text);

    private static string Unmarked(string text)
        => text.AsSpan().IndexOfAny(Begin, End) < 0 ? text : text.Replace($"{Begin}", "", StringComparison.Ordinal).Replace($"{End}", "", StringComparison.Ordinal);

    private static string Cut(string text)
    {
        if (text.Length <= MaxBytes / 4)
        {
            return text;
        }

        int bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes <= MaxBytes)
        {
            return text;
        }

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
