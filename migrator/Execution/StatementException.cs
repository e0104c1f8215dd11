using Migrator.Database;
using Migrator.Scripts;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution;

/// <summary>A statement of a script failed.</summary>
internal sealed class StatementException(Script script, SqlStatement? statement, NpgsqlException cause)
    : Exception(cause.Message, cause)
{
    public Script Script { get; } = script;

    /// <summary>The statement; null when the script failed as a whole, at COMMIT.</summary>
    public SqlStatement? Statement { get; } = statement;

    public NpgsqlException Cause { get; } = cause;

    /// <summary>Whether a statement of our own failed that was sent after the script's statement: the server's position says nothing about the script.</summary>
    public bool IsAfterStatement { get; init; }

    /// <summary>Who held the lock that could not be acquired; null when that was not seen.</summary>
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
            Script = Script.FileName,
            Position = Statement?.PositionAtServer(IsAfterStatement ? 0 : server.Position),
            SqlState = server.SqlState,
            Detail = Blocker is null ? server.Detail : $"The lock is held by {Blocker}.",
            Hint = server.Hint,
            Context = server.Where,
            Advice = Advice(server),
        };
        return new MigrateException(IsLockConflict ? ExitCode.LockWaitTimedOut : ExitCode.MigrationFailed, problem, this);
    }

    private string Advice(PostgresException server) => server.SqlState switch
    {
        SqlStates.LockNotAvailable => "Another session holds the table; run again when it is less busy, or raise --lock-wait.",
        SqlStates.DeadlockDetected => "Another session wants the same tables in another order; run it again.",
        SqlStates.QueryCanceled => "A statement_timeout ended it, or somebody cancelled it; --statement-timeout says how long one may take.",
        SqlStates.InsufficientPrivilege => "Grant the migrating role what it lacks, or run with the role that owns the objects.",
        "25001" when Script.IsTransactionOff => "It cannot run in a transaction. Take it out of BEGIN … COMMIT.",
        "25001" => "It cannot run in a transaction: put it into a script whose first line is '-- evolve-tx-off'.",
        _ when Script.IsTransactionOff => "Mend the script or the data, and run it again.",
        _ => "The script is rolled back whole. Mend the script or the data, and run it again.",
    };
}
