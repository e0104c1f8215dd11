using System.Globalization;
using System.Text;

namespace Migrator.Sql.Lexing;

/// <summary>
/// Finds characters that an editor does not show, or shows like a space. PostgreSQL reads a character outside ASCII as a letter, so such a
/// character becomes part of a name.
/// </summary>
internal static class InvisibleCharacters
{
    /// <summary>Finds the first invisible character of a text; -1 if there is none.</summary>
    public static int IndexOf(ReadOnlySpan<char> text)
    {
        int offset = text.IndexOfAnyExceptInRange(' ', '~');
        while (offset >= 0 && offset < text.Length)
        {
            _ = Rune.DecodeFromUtf16(text[offset..], out Rune rune, out int length);
            if (IsInvisible(rune))
            {
                return offset;
            }

            offset += length;
            int next = text[offset..].IndexOfAnyExceptInRange(' ', '~');
            offset = next < 0 ? -1 : offset + next;
        }

        return -1;
    }

    /// <summary>The code point and the name of a character: <c>U+00A0 (no-break space)</c>.</summary>
    public static string Describe(Rune character)
    {
        string code = string.Create(CultureInfo.InvariantCulture, $"U+{character.Value:X4}");
        return NameOf(character) is { } name ? $"{code} ({name})" : code;
    }

    private static bool IsInvisible(Rune character) => character.Value switch
    {
        // The splitter reports NUL. The others are white space.
        0 or '\t' or '\n' or '\r' or '\f' or '\v' => false,
        // Letters and symbols without a visible form: Hangul and Khmer fillers, a blank Braille pattern, variation selectors, combining grapheme joiner.
        0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xE0100 and <= 0xE01EF) => true,
        _ => Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator && character.Value != ' ',
    };

    private static string? NameOf(Rune character) => character.Value switch
    {
        0x00A0 => "no-break space",
        0x00AD => "soft hyphen",
        0x0085 => "next line",
        0x2007 => "figure space",
        0x2009 => "thin space",
        0x200B => "zero width space",
        0x200C => "zero width non-joiner",
        0x200D => "zero width joiner",
        0x200E or 0x200F or 0x061C or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) => "text direction mark",
        0x2028 => "line separator",
        0x2029 => "paragraph separator",
        0x202F => "narrow no-break space",
        0x2060 => "word joiner",
        0x3000 => "ideographic space",
        0xFEFF => "byte order mark",
        _ => Rune.GetUnicodeCategory(character) switch
        {
            UnicodeCategory.Control => "control character",
            UnicodeCategory.SpaceSeparator => "space",
            _ => null,
        },
    };
}
