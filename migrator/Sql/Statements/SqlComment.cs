namespace Migrator.Sql.Statements;

/// <summary>A comment in a script.</summary>
/// <param name="Text">The text, including its delimiters: <c>-- …</c> or <c>/* … */</c>.</param>
/// <param name="Position">The position of its first character in the file.</param>
/// <param name="Statement">
/// The number of the statement to which the comment belongs, from 0. A comment belongs to the statement that it is in, or that it follows on the
/// same line; otherwise to the next statement. If no statement follows, it is the number of statements in the script.
/// </param>
internal sealed record SqlComment(string Text, SourcePosition Position, int Statement);
