namespace Migrator.Sql.Statements;

/// <summary>A comment of a script.</summary>
/// <param name="Text">With what begins and ends it: <c>-- …</c> or <c>/* … */</c>.</param>
/// <param name="Position">The place of its first character in the file.</param>
/// <param name="Statement">
/// The number of the statement that it is about, from 0: the one that it stands in or above; after a statement, on its line, that one.
/// It is the number of statements in the script when none follows.
/// </param>
internal sealed record SqlComment(string Text, SourcePosition Position, int Statement);
