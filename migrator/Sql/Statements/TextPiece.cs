namespace Migrator.Sql.Statements;

/// <summary>A piece of a script's text, in the order in which the text is sent to the server.</summary>
/// <param name="Text">What is sent. It is valid until the next piece is read.</param>
/// <param name="Original">What the file has in its place: the placeholder that <paramref name="Text"/> is the value of. Null for text that is sent as it is.</param>
internal readonly record struct TextPiece(ReadOnlyMemory<char> Text, string? Original = null);

/// <summary>A script's text, read piece by piece, so that a large script needs little memory.</summary>
internal interface ITextSource
{
    /// <summary>Reads the next piece.</summary>
    /// <param name="piece">The piece; never both empty and without an original.</param>
    /// <returns>False at the end of the text.</returns>
    bool TryRead(out TextPiece piece);
}
