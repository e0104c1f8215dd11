namespace Migrator;

/// <summary>A position in a script, as editors display it.</summary>
/// <param name="Line">The line, starting at 1. A line ends with <c>\n</c>, <c>\r\n</c> or a single <c>\r</c>, as in PostgreSQL and libpq.</param>
/// <param name="Column">The column, starting at 1, in Unicode code points, as in PostgreSQL.</param>
internal readonly record struct SourcePosition(int Line, int Column) : IComparable<SourcePosition>
{
    /// <summary>The position of the first character of a script.</summary>
    public static SourcePosition Start => new(1, 1);

    /// <summary>Returns the position after a part of a text that starts at this position.</summary>
    /// <param name="text">The text that starts at this position.</param>
    /// <param name="length">
    /// The length of the part, in UTF-16 code units. The text may continue after the part, because the next character decides
    /// whether a final <c>\r</c> is the first half of <c>\r\n</c>.
    /// </param>
    public SourcePosition After(ReadOnlySpan<char> text, int length)
    {
        ReadOnlySpan<char> before = text[..Math.Clamp(length, 0, text.Length)];
        int line = Line;
        int lineStart = 0;
        int found;
        while ((found = before[lineStart..].IndexOfAny('\r', '\n')) >= 0)
        {
            int end = lineStart + found;
            if (before[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n')
            {
                if (end + 1 == before.Length)
                {
                    // The position is between \r and \n, and so still on the line that they end.
                    break;
                }

                end++;
            }

            line++;
            lineStart = end + 1;
        }

        return new SourcePosition(line, (line == Line ? Column : 1) + CodePoints(before[lineStart..]));
    }

    /// <inheritdoc/>
    public int CompareTo(SourcePosition other) => (Line, Column).CompareTo((other.Line, other.Column));

    /// <summary>Formats the position, such as <c>5:1</c>.</summary>
    public override string ToString() => $"{Line}:{Column}";

    private static int CodePoints(ReadOnlySpan<char> text)
    {
        int count = text.Length;
        for (int i = text.IndexOfAnyInRange('\uD800', '\uDBFF'); i >= 0 && i + 1 < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && char.IsLowSurrogate(text[i + 1]))
            {
                count--;
                i++;
            }
        }

        return count;
    }
}
