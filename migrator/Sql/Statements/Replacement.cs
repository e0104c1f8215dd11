namespace Migrator.Sql.Statements;

/// <summary>A placeholder that was replaced by its value in a text.</summary>
/// <param name="Offset">The offset of the value in the text (UTF-16).</param>
/// <param name="Length">The length of the value.</param>
/// <param name="Original">The placeholder in the file: <c>${name}</c>.</param>
internal readonly record struct Replacement(long Offset, int Length, string Original)
{
    /// <summary>Converts an offset in a text to a position in the file.</summary>
    /// <param name="start">The position of the first character of the text.</param>
    /// <param name="text">The text, with placeholders replaced.</param>
    /// <param name="replacements">The placeholders that were replaced in the text, in ascending order of their offsets.</param>
    /// <param name="textOffset">The offset of <paramref name="text"/>, on the scale of <paramref name="replacements"/>.</param>
    /// <param name="offset">The offset (UTF-16). For an offset within a value, the result is the position of the placeholder.</param>
    public static SourcePosition PositionAt(
        SourcePosition start, ReadOnlySpan<char> text, IEnumerable<Replacement> replacements, long textOffset, int offset)
    {
        int done = 0;
        foreach (Replacement replacement in replacements)
        {
            int at = (int)(replacement.Offset - textOffset);
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
