namespace Migrator.Sql.Statements;

/// <summary>One statement of a script.</summary>
/// <param name="text">The text from the first token to the last, without the semicolon and surrounding comments.</param>
/// <param name="position">The position of the first token in the file.</param>
internal sealed class SqlStatement(string text, SourcePosition position)
{
    /// <summary>The text that is sent to the server: with placeholders replaced, without the semicolon and surrounding comments.</summary>
    public string Text => text;

    /// <summary>The position of the first token in the file.</summary>
    public SourcePosition Position => position;

    /// <summary>Whether lines of data follow the statement, because it is COPY … FROM STDIN.</summary>
    public bool HasCopyData { get; init; }

    /// <summary>The placeholders that were replaced in the statement, in ascending order of their offsets.</summary>
    public IReadOnlyList<Replacement> Replacements { get; init; } = [];

    /// <summary>Converts an offset in <see cref="Text"/> to a position in the file. For an offset within a placeholder's value, the result is the position of the placeholder.</summary>
    /// <param name="offset">The offset (UTF-16), from 0.</param>
    public SourcePosition PositionAt(int offset) => Replacement.PositionAt(position, text, Replacements, 0, offset);

    /// <summary>Converts the position in a server error to a position in the file.</summary>
    /// <param name="serverPosition">PostgreSQL's position: the number of a code point in the statement, from 1. 0 means that the error has no position; the result is the start of the statement.</param>
    public SourcePosition PositionAtServer(int serverPosition)
    {
        int offset = 0;
        for (int count = 1; count < serverPosition && offset < text.Length; count++)
        {
            offset += offset + 1 < text.Length && char.IsSurrogatePair(text[offset], text[offset + 1]) ? 2 : 1;
        }

        return PositionAt(offset);
    }

    /// <inheritdoc/>
    public override string ToString() => text;
}
