namespace Migrator.Sql.Statements;

/// <summary>A problem that prevents splitting a script into statements.</summary>
/// <param name="Kind">The kind of problem.</param>
/// <param name="Position">The position of the cause in the file. For an unclosed quote, comment, parenthesis or body, the position of its start.</param>
/// <param name="Found">The text at the position: the psql command, or the opening delimiter.</param>
/// <param name="Message">The problem and how to fix it.</param>
internal sealed record SqlProblem(SqlProblemKind Kind, SourcePosition Position, string Found, string Message);
