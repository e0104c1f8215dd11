using Migrator.Execution.NonTransactional;
using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Linting.Rules;

/// <summary>Rules about statements that PostgreSQL does not run in a transaction block.</summary>
internal static class TransactionRules
{
    public static readonly LintRule Refused = new(
        "refused-in-transaction",
        LintSeverity.Error,
        "PostgreSQL refuses the statement inside a transaction block (SQLSTATE 25001; 2D000 for a DO block or a procedure that commits). Each script runs in a transaction with its history row.",
        "Move the statement to a separate script whose first line is '-- evolve-tx-off', outside BEGIN … COMMIT.",
        "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static readonly LintRule CannotRunAgain = new(
        "cannot-run-again",
        LintSeverity.Warning,
        "If this statement is interrupted (a killed pod, a lost connection), the catalog does not show whether it took effect. The next run exits with 6, and an operator has to decide.",
        "Run the statement outside of migrations. Or write it so that it can run again, and be prepared to decide after an interruption.",
        "migrator/README.md#what-a-run-guarantees")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static readonly LintRule Unseen = new(
        "dynamic-sql-not-checked",
        LintSeverity.Info,
        "The text of the statement is known only when it runs. It can lock or rewrite tables, and break the application version that still runs.",
        "If the statement is always the same, write it without EXECUTE. Otherwise review it by hand, and test it on a copy of the database.",
        "https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN")
    { HarmlessTableSize = HarmlessTableSize.Never };

    public static IEnumerable<RuleMatch> Find(LintedStatement statement)
    {
        string text = statement.Statement.Text;
        if (ProceduralCode.Of(text) is { Procedure: null } code && statement.Schema.EndsTransaction(code))
        {
            string name = code is { EndsTransaction: false, Calls: [var called] } && text.StartsWith("call", StringComparison.OrdinalIgnoreCase) ? $"CALL {DisplayName.Of(called)}" : "the DO block";
            yield return statement.Transaction.IsBlock
                ? new RuleMatch(Refused, $"{name} ends a transaction, and therefore cannot run in a transaction block")
                : new RuleMatch(CannotRunAgain, $"{name} commits parts of its work, which stay if it is interrupted");
        }

        if (!StatementKind.CannotRunInTransaction(text))
        {
            if (statement.Transaction.IsBlock && RefusedForPartitioned(statement) is { } partitioned)
            {
                yield return partitioned;
            }

            yield break;
        }

        if (statement.Transaction.IsBlock)
        {
            yield return new RuleMatch(Refused, $"{NameOf(text)} cannot run in a transaction block");
        }
        else if (!StepCatalog.CanRecover(text))
        {
            yield return new RuleMatch(CannotRunAgain, $"{NameOf(text)} cannot be retried after an interruption");
        }
    }

    // PostgreSQL rebuilds each partition in its own transaction.
    private static RuleMatch? RefusedForPartitioned(LintedStatement statement)
    {
        SchemaChange? change = statement.Changes.FirstOrDefault(c => c.Kind == ChangeKind.Reindex || c is { Kind: ChangeKind.Rewrite, StatementName: "CLUSTER" });
        SqlName? table = change?.Table ?? statement.Schema.NewTables.TableOf(change?.Name);
        return table is not null && statement.Schema.Tables.IsPartitioned(table) == true
            ? new RuleMatch(Refused, $"{change!.StatementName} of the partitioned table {DisplayName.Of(table)} cannot run in a transaction block, from PostgreSQL {(change.Kind == ChangeKind.Reindex ? 14 : 15)} on", change)
            : null;
    }

    private static string NameOf(string text)
        => StatementKind.RunsConcurrently(text) ? $"{FirstTwoWords(text)} CONCURRENTLY" : FirstTwoWords(text);

    private static string FirstTwoWords(string text)
        => string.Join(' ', text.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries).Take(2)).ToUpperInvariant();
}
