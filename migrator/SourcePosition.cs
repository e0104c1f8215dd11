namespace Migrator;

/// <summary>A place in a script, as editors show it.</summary>
/// <param name="Line">The line, from 1. A line ends with <c>\n</c>, <c>\r\n</c> or a lone <c>\r</c>; the server and libpq count so, too.</param>
/// <param name="Column">The column, from 1, in Unicode code points, as PostgreSQL counts.</param>
internal readonly record struct SourcePosition(int Line, int Column) : IComparable<SourcePosition>
{
    /// <summary>The first character of a script.</summary>
    public static SourcePosition Start => new(1, 1);

    /// <summary>The place that follows a piece of text which begins here.</summary>
    /// <param name="text">The text from here on.</param>
    /// <param name="length">How much of the text lies before the place (UTF-16). What follows tells whether a <c>\r</c> there is half of a line end.</param>
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
                    // Between \r and \n: still on the line that they end.
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

    /// <summary><c>5:1</c>.</summary>
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
