namespace Migrator.Sql.Statements;

/// <summary>A placeholder that was replaced in a text.</summary>
/// <param name="Offset">Where its value begins in the text (UTF-16).</param>
/// <param name="Length">The length of its value.</param>
/// <param name="Original">What the file has in its place: <c>${name}</c>.</param>
internal readonly record struct Replacement(int Offset, int Length, string Original)
{
    /// <summary>The place in the file of a character of a text.</summary>
    /// <param name="start">The place of the text's first character.</param>
    /// <param name="text">The text, placeholders replaced.</param>
    /// <param name="replacements">The placeholders that were replaced in it, in ascending order.</param>
    /// <param name="shift">What the offsets of <paramref name="replacements"/> exceed those in <paramref name="text"/> by.</param>
    /// <param name="offset">The character (UTF-16). Within a value, the result is the place of the placeholder.</param>
    public static SourcePosition PositionAt(
        SourcePosition start, ReadOnlySpan<char> text, ReadOnlySpan<Replacement> replacements, int shift, int offset)
    {
        int done = 0;
        foreach (Replacement replacement in replacements)
        {
            int at = replacement.Offset - shift;
            if (at > offset || (at == offset && replacement.Length > 0))
            {
                break;
            }

            start = start.After(text[done..], at - done);
            done = at + replacement.Length;
            if (offset < done)
            {
                return start;
            }

            start = start.After(replacement.Original, replacement.Original.Length);
        }

        return start.After(text[done..], offset - done);
    }
}
