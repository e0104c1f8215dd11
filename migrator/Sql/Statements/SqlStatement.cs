namespace Migrator.Sql.Statements;

/// <summary>One statement of a script.</summary>
/// <param name="Text">From its first token to its last, without the semicolon and without comments around it.</param>
/// <param name="Offset">Where its first token is in the script (UTF-16).</param>
/// <param name="CopyData">The lines of data that follow COPY … FROM STDIN; null for every other statement.</param>
internal sealed record SqlStatement(string Text, int Offset, SqlCopyData? CopyData);
