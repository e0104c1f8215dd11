namespace Migrator.Sql.Statements;

/// <summary>One statement of a script.</summary>
/// <param name="text">From its first token to its last, without the semicolon and without comments around it.</param>
/// <param name="position">The place of its first token in the file.</param>
internal sealed class SqlStatement(string text, SourcePosition position)
{
    /// <summary>The statement as it is sent: placeholders replaced, without the semicolon and without comments around it.</summary>
    public string Text => text;

    /// <summary>The place of its first token in the file.</summary>
    public SourcePosition Position => position;

    /// <summary>Whether lines of data follow it: it is COPY … FROM STDIN.</summary>
    public bool HasCopyData { get; init; }

    /// <summary>The placeholders that were replaced in it, in ascending order.</summary>
    public IReadOnlyList<Replacement> Replacements { get; init; } = [];

    /// <summary>The place in the file of a character of <see cref="Text"/>. For a character of a placeholder's value, the place of the placeholder.</summary>
    /// <param name="offset">The character (UTF-16), from 0.</param>
    public SourcePosition PositionAt(int offset) => Replacement.PositionAt(position, text, [.. Replacements], 0, offset);

    /// <summary>The place in the file that the server means.</summary>
    /// <param name="serverPosition">PostgreSQL's position: a code point of the statement, from 1; 0 (none) for the statement's start.</param>
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
