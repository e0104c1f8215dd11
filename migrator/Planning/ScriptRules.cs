using Migrator.Scripts;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>What a script that is to run must not contain.</summary>
/// <param name="script">The script.</param>
internal sealed class ScriptRules(Script script)
{
    private readonly List<Problem> _problems = [];

    /// <summary>What is wrong with the statements that were checked.</summary>
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
            Add(statement, "loses-lock", "this statement gives up the session's advisory locks, and with them the lock of this run",
                "Remove it: session settings are reset behind each script anyway.");
        }

        if (!script.IsTransactionOff)
        {
            CheckTransactional(statement);
        }
        else if (ConcurrentStatement.Parse(statement.Text) is { Action: ConcurrentAction.CreateIndex, Index: null })
        {
            Add(statement, "unnamed-index", "CREATE INDEX CONCURRENTLY without a name: an interrupted run could not find its INVALID index again",
                "Give the index a name.");
        }
    }

    /// <summary>Notes a statement that cannot be a part of a step.</summary>
    public void AddWrongStep(SqlStatement statement, string why)
        => Add(statement, "transaction-control", $"{FirstWord(statement)}: {why}", "Write BEGIN … COMMIT around what belongs together, or neither.");

    private void CheckTransactional(SqlStatement statement)
    {
        if (StatementKind.IsTransactionControl(statement.Text))
        {
            // It would commit half a migration without its history row.
            Add(statement, "transaction-control", $"the script begins or ends a transaction of its own ({FirstWord(statement)})",
                "Remove it: each script runs in one transaction with its history row. Or make '-- evolve-tx-off' its first line.");
        }
        else if (StatementKind.CannotRunInTransaction(statement.Text))
        {
            Add(statement, "needs-transaction-off", $"this statement cannot run in a transaction ({FirstWord(statement)})",
                "Move it to a script of its own whose first line is '-- evolve-tx-off'.");
        }
    }

    private void Add(SqlStatement statement, string id, string message, string? advice) => _problems.Add(new Problem(id, message)
    {
        Script = script.FileName,
        Position = statement.Position,
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
