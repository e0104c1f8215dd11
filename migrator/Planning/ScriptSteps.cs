using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>Cuts a script that runs outside a transaction into its steps.</summary>
internal static class ScriptSteps
{
    /// <summary>The steps of a script's statements.</summary>
    /// <param name="statements">The statements.</param>
    /// <param name="wrong">Takes what cannot be a step, with a sentence that says why.</param>
    public static IReadOnlyList<ScriptStep> Of(IReadOnlyList<SqlStatement> statements, Action<SqlStatement, string>? wrong = null)
    {
        var steps = new List<ScriptStep>();
        for (int i = 0; i < statements.Count; i++)
        {
            SqlStatement statement = statements[i];
            switch (StatementKind.TransactionControlOf(statement.Text))
            {
                case TransactionControl.Begin:
                    int end = EndOfBlock(statements, i);
                    if (end == statements.Count)
                    {
                        wrong?.Invoke(statement, "this transaction is never ended by COMMIT");
                    }

                    int last = Math.Min(end, statements.Count - 1);
                    if (last < statements.Count && IsChained(statements[last]))
                    {
                        wrong?.Invoke(statements[last], "AND CHAIN leaves a transaction open in which nobody notes what is done");
                    }

                    steps.Add(new ScriptStep(steps.Count + 1, StepKind.Block, [.. statements.Skip(i).Take(last - i + 1)]));
                    i = last;
                    break;
                case TransactionControl.Commit or TransactionControl.Rollback:
                    wrong?.Invoke(statement, "it ends a transaction that was not begun in this script");
                    break;
                case TransactionControl.Prepare:
                    wrong?.Invoke(statement, "a prepared transaction outlives the run, and its locks with it");
                    break;
                default:
                    steps.Add(new ScriptStep(steps.Count + 1, KindOf(statement), [statement]));
                    break;
            }
        }

        return steps;
    }

    private static int EndOfBlock(IReadOnlyList<SqlStatement> statements, int begin)
    {
        int end = begin + 1;
        while (end < statements.Count
            && StatementKind.TransactionControlOf(statements[end].Text) is not (TransactionControl.Commit or TransactionControl.Rollback))
        {
            end++;
        }

        return end;
    }

    private static bool IsChained(SqlStatement statement)
    {
        StatementReader reader = new(statement.Text);
        while (!reader.AtEnd)
        {
            if (reader.Skip("and", "chain"))
            {
                return true;
            }

            reader.Advance();
        }

        return false;
    }

    private static StepKind KindOf(SqlStatement statement)
    {
        if (StatementKind.CannotRunInTransaction(statement.Text))
        {
            return StepKind.NonTransactional;
        }

        StatementReader reader = new(statement.Text);
        bool isSession = (reader.Skip("set") && !reader.Is("constraints") && !reader.Is("transaction") && !reader.Is("local"))
            || reader.Is("reset")
            || reader.Is("load")
            // pg_dump writes SELECT pg_catalog.set_config('search_path', '', false).
            || (reader.Is("select") && statement.Text.Contains("set_config", StringComparison.OrdinalIgnoreCase));
        return isSession ? StepKind.Session : StepKind.Transactional;
    }
}
