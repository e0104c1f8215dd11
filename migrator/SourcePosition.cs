using Migrator.Sql.Statements;

namespace Migrator;

/// <summary>A place in a script as editors show it.</summary>
/// <param name="Line">From 1. A line ends with <c>\n</c>, <c>\r\n</c> or a lone <c>\r</c>: the server and libpq count
/// so too.</param>
/// <param name="Column">From 1, in Unicode code points, as PostgreSQL counts.</param>
internal readonly record struct SourcePosition(int Line, int Column)
{
    /// <summary>The place of a UTF-16 offset; one beyond the text is its end.</summary>
    public static SourcePosition FromOffset(string text, int offset)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, Math.Clamp(offset, 0, text.Length));
        int line = 1;
        int lineStart = 0;
        int length;
        while ((length = before[lineStart..].IndexOfAny('\r', '\n')) >= 0)
        {
            int end = lineStart + length;
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

        return new SourcePosition(line, CodePoints(before[lineStart..]) + 1);
    }

    /// <summary>The place of PostgreSQL's error position in the script that the statement is from.</summary>
    /// <param name="script">The script that was split.</param>
    /// <param name="statement">The statement that the server complained about.</param>
    /// <param name="position">The server's position: a code point of the statement, from 1; 0 (none) is taken for the
    /// statement's start.</param>
    public static SourcePosition FromServer(string script, SqlStatement statement, int position)
    {
        int offset = statement.Offset;
        int end = statement.Offset + statement.Text.Length;
        for (int count = 1; count < position && offset < end; count++)
        {
            offset += char.IsHighSurrogate(script[offset]) && offset + 1 < end && char.IsLowSurrogate(script[offset + 1])
                ? 2
                : 1;
        }

        return FromOffset(script, offset);
    }

    public override string ToString() => $"{Line}:{Column}";

    private static int CodePoints(ReadOnlySpan<char> text)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }

            count++;
        }

        return count;
    }
}
