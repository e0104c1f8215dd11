namespace Migrator.Sql.Statements;

/// <summary>A piece of the text of a script. The pieces are in the order of the text.</summary>
/// <param name="Text">The text that is sent to the server. It is valid until the next piece is read.</param>
/// <param name="Original">The placeholder in the file, if <paramref name="Text"/> is its value; null for text that is sent as it is in the file.</param>
internal readonly record struct TextPiece(ReadOnlyMemory<char> Text, string? Original = null);

/// <summary>The text of a script, read piece by piece. A large script therefore needs little memory.</summary>
internal interface ITextSource
{
    /// <summary>Reads the next piece.</summary>
    /// <param name="piece">The piece. It is empty only if <see cref="TextPiece.Original"/> is a placeholder with an empty value.</param>
    /// <returns>False at the end of the text.</returns>
    bool TryRead(out TextPiece piece);
}
