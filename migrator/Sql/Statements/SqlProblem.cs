namespace Migrator.Sql.Statements;

/// <summary>Why a script cannot be cut into statements.</summary>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="Offset">Where the cause is in the script (UTF-16); for something unclosed, where it opens.</param>
/// <param name="Found">What is there: the psql command, or how the quote begins.</param>
/// <param name="Message">A sentence or two: what is wrong and what to do about it.</param>
internal sealed record SqlProblem(SqlProblemKind Kind, int Offset, string Found, string Message);
