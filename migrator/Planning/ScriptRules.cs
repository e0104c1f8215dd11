using Migrator.Scripts;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>Checks a script for statements that <c>migrate</c> does not run.</summary>
/// <param name="script">The script.</param>
internal sealed class ScriptRules(Script script)
{
    private readonly List<Problem> _problems = [];
    private readonly SessionObjects _session = new();

    /// <summary>The problems of the statements that were checked so far.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Checks the next statement of the script.</summary>
    public void Check(SqlStatement statement)
    {
        if (CopyStatement.UnsupportedReason(statement.Text) is { } why)
        {
            Add(statement, "copy", why, "Use COPY … FROM STDIN with text or CSV data, or a table.");
        }

        if (StatementKind.ReleasesSessionLocks(statement.Text))
        {
            Add(statement, "loses-lock", "this statement releases the session's advisory locks, including the lock of this run",
                "Remove it. migrate resets the session after each script.");
        }

        if (ClientEncoding.FindOther(statement.Text) is { } encoding)
        {
            Add(statement.PositionAt(encoding.Offset), "client-encoding", $"this statement sets client_encoding to {encoding.Value}, but migrate sends scripts in UTF-8",
                "Remove it, and save the script as UTF-8. The server converts the text to the encoding of the database.");
        }

        if (!script.IsTransactionOff)
        {
            CheckTransactional(statement);
        }
        else if (ConcurrentStatement.Parse(statement.Text) is { Action: ConcurrentAction.CreateIndex, Index: null })
        {
            Add(statement, "unnamed-index", "CREATE INDEX CONCURRENTLY has no index name: after an interruption, the next run could not find the INVALID index",
                "Give the index a name.");
        }
    }

    /// <summary>Checks whether a statement of an <c>-- evolve-tx-off</c> script could run in a run that resumes the script.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="step">The number of the step that the statement belongs to.</param>
    public void CheckStep(SqlStatement statement, int step)
    {
        if (_session.Add(statement, step) is { } lost)
        {
            Add(statement, "lost-with-session", $"this statement needs the {lost} of an earlier statement. If a run is interrupted between the two, the next run cannot resume the script, because the object ends with its session",
                "Write both statements in one BEGIN … COMMIT block, or use an ordinary table that the script drops at its end.");
        }
    }

    /// <summary>Adds the problem of a statement that cannot be a part of a step.</summary>
    public void AddInvalidStep(SqlStatement statement, string why)
        => Add(statement, "transaction-control", $"{FirstWord(statement)}: {why}", "Write BEGIN before and COMMIT after the statements of one transaction, or write neither.");

    private void CheckTransactional(SqlStatement statement)
    {
        if (StatementKind.IsTransactionControl(statement.Text))
        {
            // The statement would commit a part of the migration without its history row.
            Add(statement, "transaction-control", $"the script begins or ends a transaction ({FirstWord(statement)})",
                "Remove it: each script runs in one transaction with its history row. Or make '-- evolve-tx-off' the script's first line.");
        }
        else if (StatementKind.CannotRunInTransaction(statement.Text))
        {
            Add(statement, "needs-transaction-off", $"this statement cannot run in a transaction ({FirstWord(statement)})",
                "Move it to a separate script whose first line is '-- evolve-tx-off'.");
        }
    }

    private void Add(SqlStatement statement, string id, string message, string? advice) => Add(statement.Position, id, message, advice);

    private void Add(SourcePosition position, string id, string message, string? advice) => _problems.Add(new Problem(id, message)
    {
        Script = script.FileName,
        Position = position,
        Advice = advice,
    });

    private static string FirstWord(SqlStatement statement)
    {
        int end = 0;
        while (end < statement.Text.Length && char.IsAsciiLetter(statement.Text[end]))
        {
            end++;
        }

        return statement.Text[..end].ToUpperInvariant();
    }
}
