namespace Migrator.Sql.Lexing;

/// <summary>A piece of SQL text, as UTF-16 offsets.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="End">The offset after its last character.</param>
/// <param name="IsOpen">Whether it is a quote or comment that the text ends in.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int End, bool IsOpen = false);
