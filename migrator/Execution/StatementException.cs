using Migrator.Database;
using Migrator.Planning;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution;

/// <summary>A statement of a script failed.</summary>
internal sealed class StatementException(CheckedScript script, SqlStatement? statement, NpgsqlException cause)
    : Exception(cause.Message, cause)
{
    public CheckedScript Script { get; } = script;

    /// <summary>The statement; null when the script failed as a whole, at COMMIT.</summary>
    public SqlStatement? Statement { get; } = statement;

    public NpgsqlException Cause { get; } = cause;

    /// <summary>Whether the server's position is one in a row of ours behind the statement, and says nothing about the script.</summary>
    public bool IsBehindStatement { get; init; }

    /// <summary>Who held the lock that was not to be had, when that was seen.</summary>
    public string? Blocker { get; set; }

    public bool IsDeadlock => Cause.SqlState == SqlStates.DeadlockDetected;

    public bool IsLockConflict => SqlStates.IsLockConflict(Cause.SqlState);

    /// <summary>The failure as it is reported: place, SQLSTATE, the server's words, what to do next.</summary>
    public MigrateException ToFailure()
    {
        if (Cause is not PostgresException server || SqlStates.IsServerGone(server))
        {
            return DatabaseProblems.Lost(Cause);
        }

        var problem = new Problem("sql-error", server.MessageText)
        {
            Script = Script.Script.FileName,
            Position = Statement is null ? null : Script.PositionOf(Statement, IsBehindStatement ? 0 : server.Position),
            SqlState = server.SqlState,
            Detail = Blocker is null ? server.Detail : $"The lock is held by {Blocker}.",
            Hint = server.Hint,
            Context = server.Where,
            Advice = Advice(server),
        };
        return new MigrateException(IsLockConflict ? ExitCode.LockWaitSpent : ExitCode.MigrationFailed, problem, this);
    }

    private string Advice(PostgresException server) => server.SqlState switch
    {
        SqlStates.LockNotAvailable => "Another session holds the table; run again when it is less busy, or raise --lock-wait.",
        SqlStates.DeadlockDetected => "Another session wants the same tables in another order; run it again.",
        SqlStates.QueryCanceled => "A statement_timeout ended it, or somebody cancelled it; --statement-timeout says how long one may take.",
        SqlStates.InsufficientPrivilege => "Grant the migrating role what it lacks, or run with the role that owns the objects.",
        "25001" when Script.Script.IsTransactionOff => "It cannot run in a transaction. Take it out of BEGIN … COMMIT.",
        "25001" => "It cannot run in a transaction: put it into a script whose first line is '-- evolve-tx-off'.",
        _ when Script.Script.IsTransactionOff => "Mend the script or the data, and run it again.",
        _ => "The script is rolled back whole. Mend the script or the data, and run it again.",
    };
}
