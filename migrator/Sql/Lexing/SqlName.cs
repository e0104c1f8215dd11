using System.Globalization;
using System.Text;

namespace Migrator.Sql.Lexing;

/// <summary>
/// A name as it is stored in PostgreSQL's catalog: without quotes, in lower case if it was not quoted, and truncated to
/// 63 bytes.
/// </summary>
/// <param name="Schema">The schema; null if the name has no schema and search_path decides; empty for the current schema, if the name is resolved.</param>
/// <param name="Name">The name without the schema.</param>
internal sealed record SqlName(string? Schema, string Name)
{
    // NAMEDATALEN - 1, in bytes of UTF-8. The server truncates longer names with a notice.
    private const int MaxBytes = 63;

    /// <summary>
    /// Resolves one identifier as the server does (<c>scan.l</c>, <c>scansup.c</c>); returns null if it is not valid.
    /// </summary>
    /// <param name="kind">The kind of the token.</param>
    /// <param name="text">The identifier, including its quotes.</param>
    /// <param name="escape">The escape character of a <c>U&amp;"…"</c> identifier.</param>
    public static string? Resolve(SqlTokenKind kind, ReadOnlySpan<char> text, char escape = '\\') => kind switch
    {
        // In a multi-byte encoding, the server folds only ASCII letters to lower case.
        SqlTokenKind.Identifier => Truncate(string.Create(text.Length, text, static (folded, source) =>
        {
            for (int i = 0; i < source.Length; i++)
            {
                folded[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
            }
        })),
        SqlTokenKind.QuotedIdentifier when text.Length > 2 => Truncate(Unquote(text[1..^1])),
        SqlTokenKind.UnicodeIdentifier when text.Length > 4 => Decode(Unquote(text[3..^1]), escape) is { } name ? Truncate(name) : null,
        _ => null,
    };

    /// <summary>The name, quoted for use in SQL.</summary>
    public override string ToString() => string.IsNullOrEmpty(Schema) ? Quote(Name) : $"{Quote(Schema)}.{Quote(Name)}";

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Unquote(ReadOnlySpan<char> inside) =>
        inside.ToString().Replace("\"\"", "\"", StringComparison.Ordinal);

    // \XXXX and \+XXXXXX are code points (also halves of a surrogate pair); \\ is the escape character itself.
    private static string? Decode(string text, char escape)
    {
        StringBuilder name = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != escape)
            {
                name.Append(text[i]);
                continue;
            }

            if (i + 1 < text.Length && text[i + 1] == escape)
            {
                name.Append(escape);
                i++;
                continue;
            }

            bool isLong = i + 1 < text.Length && text[i + 1] == '+';
            int digits = isLong ? i + 2 : i + 1;
            int count = isLong ? 6 : 4;
            if (digits + count > text.Length
                || !int.TryParse(text.AsSpan(digits, count), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
                || code is 0 or > 0x10FFFF)
            {
                return null;
            }

            if (code > 0xFFFF)
            {
                name.Append(char.ConvertFromUtf32(code));
            }
            else
            {
                name.Append((char)code);
            }

            i = digits + count - 1;
        }

        return name.ToString();
    }

    private static string Truncate(string name)
    {
        if (name.Length <= MaxBytes / 3 || Encoding.UTF8.GetByteCount(name) <= MaxBytes)
        {
            return name;
        }

        int bytes = 0;
        int length = 0;
        foreach (Rune rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return name[..length];
    }
}
