using Migrator.Scripts;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>What a pending script must not hold.</summary>
internal static class ScriptRules
{
    public static IReadOnlyList<Problem> Check(Script script, ResolvedText resolved, SplitResult split)
    {
        var problems = new List<Problem>();
        foreach (SqlProblem wrong in split.Problems)
        {
            Add(wrong.Offset, "script-syntax", wrong.Message, null);
        }

        foreach (SqlStatement statement in split.Statements)
        {
            if (CopyStatement.Refusal(statement.Text) is { } why)
            {
                Add(statement.Offset, "copy", why, "Use COPY … FROM STDIN with text or CSV data, or a table.");
            }

            if (StatementKind.LosesSessionLock(statement.Text))
            {
                Add(statement.Offset, "loses-lock", "this statement gives up the session's advisory locks, and with them the lock of this run",
                    "Remove it: session settings are reset behind each script anyway.");
            }
        }

        if (script.IsTransactionOff)
        {
            CheckSteps();
        }
        else
        {
            CheckTransactional();
        }

        return problems;

        void CheckSteps()
        {
            ScriptSteps.Of(split.Statements, (statement, why) => Add(statement.Offset, "transaction-control", $"{FirstWord(statement)}: {why}",
                "Write BEGIN … COMMIT around what belongs together, or neither."));
            foreach (SqlStatement statement in split.Statements)
            {
                if (ConcurrentStatement.Parse(statement.Text) is { Action: ConcurrentAction.CreateIndex, Index: null })
                {
                    Add(statement.Offset, "unnamed-index", "CREATE INDEX CONCURRENTLY without a name: an interrupted run could not find its INVALID index again",
                        "Give the index a name.");
                }
            }
        }

        void CheckTransactional()
        {
            foreach (SqlStatement statement in split.Statements)
            {
                if (StatementKind.IsTransactionControl(statement.Text))
                {
                    // It would commit half a migration without its history row.
                    Add(statement.Offset, "transaction-control", $"the script begins or ends a transaction of its own ({FirstWord(statement)})",
                        "Remove it: each script runs in one transaction with its history row. Or make '-- evolve-tx-off' its first line.");
                }
                else if (StatementKind.CannotRunInTransaction(statement.Text))
                {
                    Add(statement.Offset, "needs-transaction-off", $"this statement cannot run in a transaction ({FirstWord(statement)})",
                        "Move it to a script of its own whose first line is '-- evolve-tx-off'.");
                }
            }
        }

        void Add(int offset, string id, string message, string? advice) => problems.Add(new Problem(id, message)
        {
            Script = script.FileName,
            Position = resolved.PositionOf(offset),
            Advice = advice,
        });
    }

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
