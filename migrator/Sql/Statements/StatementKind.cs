using Migrator.Sql.Lexing;

namespace Migrator.Sql.Statements;

/// <summary>What a statement is, as far as its own words tell.</summary>
internal static class StatementKind
{
    /// <summary>Whether it begins, ends or prepares a transaction, or finishes a prepared one.</summary>
    public static bool IsTransactionControl(string statement) => TransactionControlOf(statement) != TransactionControl.None;

    /// <summary>What it does to the transaction (<c>TransactionStmt</c> in PostgreSQL's gram.y).</summary>
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

        // PREPARE transaction AS … would be a prepared statement of that name.
        return reader.Skip("prepare", "transaction") && reader.Current.Kind is SqlTokenKind.String or SqlTokenKind.DollarString
            ? TransactionControl.Prepare
            : TransactionControl.None;
    }

    /// <summary>Whether PostgreSQL refuses it inside a transaction block, for all that the text tells.</summary>
    /// <seealso cref="TransactionBlock"/>
    public static bool CannotRunInTransaction(string statement) => TransactionBlock.Of(statement) == TransactionBlockRule.Refused;

    /// <summary>Whether it is a CONCURRENTLY statement whose waiting blocks nobody.</summary>
    public static bool IsConcurrently(string statement) => ConcurrentStatement.Parse(statement) is not null;

    /// <summary>Whether lines of data are to be sent after it.</summary>
    public static bool IsCopyFromStdin(string statement)
    {
        SqlLexer lexer = new(statement);
        StatementTracker tracker = default;
        for (SqlToken token = lexer.Next(); token.Kind != SqlTokenKind.End; token = lexer.Next())
        {
            switch (token.Kind)
            {
                case SqlTokenKind.Identifier:
                    tracker.Identifier(lexer.Slice(token), token.Start);
                    if (!tracker.MayBeCopy)
                    {
                        return false;
                    }

                    break;
                case SqlTokenKind.OpenParenthesis:
                    tracker.Open(token.Start);
                    break;
                case SqlTokenKind.CloseParenthesis:
                    tracker.Close();
                    break;
            }
        }

        return tracker.IsCopyFromStdin;
    }

    /// <summary>
    /// Whether it lets go of the session's advisory locks: DISCARD ALL, a call of pg_advisory_unlock_all, or a DO block
    /// that mentions it.
    /// </summary>
    public static bool LosesSessionLock(string statement)
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
