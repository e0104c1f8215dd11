using Migrator.Scripts;
using Migrator.Scripts.Sql;

namespace Migrator.Execution;

/// <summary>What a pending script must not hold.</summary>
internal static class ScriptRules
{
    public static IEnumerable<Problem> Check(Script script, ResolvedText resolved, SplitResult split)
    {
        foreach (SqlProblem wrong in split.Problems)
        {
            yield return new Problem("script-syntax", wrong.Message)
            {
                Script = script.FileName,
                Position = resolved.PositionOf(wrong.Offset),
            };
        }

        if (script.IsTransactionOff)
        {
            yield break;
        }

        foreach (SqlStatement statement in split.Statements)
        {
            if (StatementKind.IsTransactionControl(statement.Text))
            {
                // It would commit half a migration without its history row.
                yield return new Problem("transaction-control", $"the script begins or ends a transaction of its own ({FirstWord(statement.Text)})")
                {
                    Script = script.FileName,
                    Position = resolved.PositionOf(statement.Offset),
                    Advice = "Remove it: each script runs in one transaction with its history row. Or make '-- evolve-tx-off' its first line.",
                };
            }
            else if (StatementKind.CannotRunInTransaction(statement.Text))
            {
                yield return new Problem("needs-transaction-off", $"this statement cannot run in a transaction ({FirstWord(statement.Text)})")
                {
                    Script = script.FileName,
                    Position = resolved.PositionOf(statement.Offset),
                    Advice = "Move it to a script of its own whose first line is '-- evolve-tx-off'.",
                };
            }
        }
    }

    private static string FirstWord(string statement)
    {
        int end = 0;
        while (end < statement.Length && char.IsAsciiLetter(statement[end]))
        {
            end++;
        }

        return statement[..end].ToUpperInvariant();
    }
}
