namespace Migrator.Sql.Statements;

/// <summary>Why a script cannot be cut into statements.</summary>
/// <param name="Kind">The kind of problem.</param>
/// <param name="Position">The place of the cause in the file; for something unclosed, where it opens.</param>
/// <param name="Found">What is there: the psql command, or how the quote begins.</param>
/// <param name="Message">What is wrong, and what to do about it.</param>
internal sealed record SqlProblem(SqlProblemKind Kind, SourcePosition Position, string Found, string Message);
