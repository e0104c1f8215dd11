using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>Classifies statements by their syntax.</summary>
internal static class StatementKind
{
    /// <summary>Whether a statement begins, ends or prepares a transaction, or finishes a prepared transaction.</summary>
    public static bool IsTransactionControl(string statement) => TransactionControlOf(statement) != TransactionControl.None;

    /// <summary>The effect of a statement on the transaction (<c>TransactionStmt</c> in PostgreSQL's gram.y).</summary>
    public static TransactionControl TransactionControlOf(string statement)
    {
        StatementReader reader = new(statement);
        if (reader.Skip("begin") || reader.Skip("start", "transaction"))
        {
            return TransactionControl.Begin;
        }

        if (reader.Skip("commit"))
        {
            return reader.Is("prepared") ? TransactionControl.FinishPrepared : TransactionControl.Commit;
        }

        if (reader.Skip("end"))
        {
            return TransactionControl.Commit;
        }

        if (reader.Skip("abort"))
        {
            return TransactionControl.Rollback;
        }

        if (reader.Skip("rollback"))
        {
            bool isPrepared = reader.Is("prepared");
            _ = reader.Skip("work") || reader.Skip("transaction");
            return isPrepared ? TransactionControl.FinishPrepared
                : reader.Is("to") ? TransactionControl.None
                : TransactionControl.Rollback;
        }

        // PREPARE transaction AS … creates a prepared statement with the name "transaction".
        return reader.Skip("prepare", "transaction") && reader.Current.Kind is SqlTokenKind.String or SqlTokenKind.DollarString
            ? TransactionControl.Prepare
            : TransactionControl.None;
    }

    /// <summary>Whether PostgreSQL always refuses a statement inside a transaction block. Statements for which the catalog decides are not included.</summary>
    /// <seealso cref="TransactionBlock"/>
    public static bool CannotRunInTransaction(string statement) => TransactionBlock.Of(statement) == TransactionBlockRule.Refused;

    /// <summary>Whether a statement is a CONCURRENTLY statement, which does not block other sessions while it waits.</summary>
    public static bool RunsConcurrently(string statement) => ConcurrentStatement.Parse(statement) is not null;

    /// <summary>Whether a statement is DO or CALL, whose code can commit if the statement runs outside a transaction.</summary>
    public static bool RunsCode(string statement)
    {
        StatementReader reader = new(statement);
        return reader.Is("do") || reader.Is("call");
    }

    /// <summary>Whether a statement is COPY … FROM STDIN, which requires data from the client.</summary>
    public static bool IsCopyFromStdin(string statement)
    {
        SqlLexer lexer = new(statement);
        StatementTracker tracker = default;
        for (SqlToken token = lexer.Next(); token.Kind != SqlTokenKind.End; token = lexer.Next())
        {
            tracker.Add(token, lexer.Slice(token));
            if (!tracker.MayBeCopy)
            {
                return false;
            }
        }

        return tracker.IsCopyFromStdin;
    }

    /// <summary>
    /// Whether a statement releases the advisory locks of the session: DISCARD ALL, a call of pg_advisory_unlock_all, or a
    /// DO block that contains this name.
    /// </summary>
    public static bool ReleasesSessionLocks(string statement)
    {
        const string unlockAll = "pg_advisory_unlock_all";
        StatementReader reader = new(statement);
        if (reader.Skip("discard"))
        {
            return reader.Is("all");
        }

        if (!statement.Contains(unlockAll, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        if (reader.Is("do"))
        {
            return true;
        }

        for (; !reader.AtEnd; reader.Advance())
        {
            if (SqlName.Resolve(reader.Current.Kind, reader.CurrentText) == unlockAll)
            {
                return true;
            }
        }

        return false;
    }
}
