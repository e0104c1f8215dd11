namespace Migrator.Sql.Statements;

/// <summary>What <see cref="StatementSplitter.Split"/> found in a script.</summary>
/// <param name="Statements">In the order in which they are to run. Not to be run when there are problems.</param>
/// <param name="Problems">By offset; empty for a script that can run.</param>
internal sealed record SplitResult(IReadOnlyList<SqlStatement> Statements, IReadOnlyList<SqlProblem> Problems);
