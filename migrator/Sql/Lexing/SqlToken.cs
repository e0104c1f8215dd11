namespace Migrator.Sql.Lexing;

/// <summary>A token of SQL text. Offsets are in UTF-16 code units.</summary>
/// <param name="Kind">The kind of the token.</param>
/// <param name="Start">The offset of its first character.</param>
/// <param name="End">The offset after its last character.</param>
/// <param name="IsUnclosed">Whether the token is a quote or comment that is not closed before the end of the text.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int End, bool IsUnclosed = false);
