using Migrator.Execution.NonTransactional;
using Migrator.Sql.Statements;

namespace Migrator.Linting.Rules;

/// <summary>Statements that PostgreSQL does not run in a transaction.</summary>
internal static class TransactionRules
{
    public static readonly LintRule Refused = new(
        "refused-in-transaction",
        LintSeverity.Error,
        "PostgreSQL refuses the statement inside a transaction (SQLSTATE 25001), and each script runs in one with its history row.",
        "Put it into a script of its own whose first line is '-- evolve-tx-off', outside BEGIN … COMMIT.",
        "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY")
    { Relief = LintRelief.Never };

    public static readonly LintRule CannotRunAgain = new(
        "cannot-run-again",
        LintSeverity.Warning,
        "Interrupted in this statement (a killed pod, a lost connection), nobody can tell from the catalog whether it happened: the next run stops with 6 and asks a person.",
        "Do it outside of the migrations, or be ready for that.",
        "migrator/README.md#what-a-run-guarantees")
    { Relief = LintRelief.Never };

    public static IEnumerable<RuleHit> Find(LintedStatement statement)
    {
        string text = statement.Statement.Text;
        if (!StatementKind.CannotRunInTransaction(text))
        {
            yield break;
        }

        if (statement.Transaction.IsOne)
        {
            yield return new RuleHit(Refused, $"{Words(text)} cannot run in a transaction");
        }
        else if (!StepCatalog.CanRecover(text))
        {
            yield return new RuleHit(CannotRunAgain, $"{Words(text)} cannot be run again when it is interrupted");
        }
    }

    private static string Words(string text)
        => StatementKind.IsConcurrently(text) ? $"{First(text)} CONCURRENTLY" : First(text);

    private static string First(string text)
        => string.Join(' ', text.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries).Take(2)).ToUpperInvariant();
}
