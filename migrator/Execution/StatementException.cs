using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.Scripts;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution;

/// <summary>A statement of a script failed, or one of migrate's own statements for the script.</summary>
/// <param name="script">The script.</param>
/// <param name="statement">The statement; null if the script failed at COMMIT, or when it was recorded.</param>
/// <param name="cause">The server's error, or the loss of the connection.</param>
internal sealed class StatementException(Script script, SqlStatement? statement, NpgsqlException cause)
    : Exception(cause.Message, cause)
{
    /// <summary>The script.</summary>
    public Script Script { get; } = script;

    /// <summary>The statement; null if the script failed at COMMIT, or when it was recorded.</summary>
    public SqlStatement? Statement { get; } = statement;

    /// <summary>The server's error, or the loss of the connection.</summary>
    public NpgsqlException Cause { get; } = cause;

    /// <summary>
    /// Whether one of migrate's own statements failed, which was sent after <see cref="Statement"/>. The server's error position
    /// then does not refer to the script.
    /// </summary>
    public bool IsAfterStatement { get; init; }

    /// <summary>The sessions and prepared transactions that held the lock that could not be acquired; null if they are not known.</summary>
    public LockHolder? Blocker { get; set; }

    /// <summary>The statement, if it can have committed a part of its work; otherwise null.</summary>
    public CommittingStatement? Committing { get; set; }

    /// <summary>Whether the statement was aborted because of a deadlock.</summary>
    public bool IsDeadlock => Cause.SqlState == SqlStates.DeadlockDetected;

    /// <summary>Whether the statement waited for a lock.</summary>
    public bool IsLockWait => IsDeadlock || Cause.SqlState == SqlStates.LockNotAvailable;

    /// <summary>Whether the statement conflicted with another session, so that it may succeed later.</summary>
    public bool IsLockConflict => SqlStates.IsLockConflict(Cause);

    /// <summary>Converts the exception to the failure to report: place, SQLSTATE, the server's message and the advice.</summary>
    /// <param name="history">The history table.</param>
    public MigrateException ToFailure(HistoryTable history)
    {
        if (Cause is not PostgresException server || SqlStates.IsServerUnavailable(server))
        {
            MigrateException lost = DatabaseProblems.Lost(Cause);
            return Committing is null ? lost : new MigrateException(lost.ExitCode, Committing.AddTo(lost.Problems[0]), Cause);
        }

        if (MigrationContext.RecordingProblem(server, history, isOwn: Statement is null || IsAfterStatement) is { } recording)
        {
            return new MigrateException(ExitCode.MigrationFailed, recording with { Script = Script.FileName }, this);
        }

        var problem = new Problem("sql-error", ForeignText.Of(server.MessageText))
        {
            Script = Script.FileName,
            Position = Statement?.PositionAtServer(IsAfterStatement ? 0 : server.Position),
            SqlState = server.SqlState,
            Detail = Blocker is null ? ForeignText.OfOptional(server.Detail) : $"The lock is held by {Blocker.Description}.",
            Hint = ForeignText.OfOptional(server.Hint),
            Context = ForeignText.OfOptional(server.Where),
            Advice = (Statement is null ? null : DumpAdvice.Find(server, Statement, history)) ?? Advice(server),
        };
        return new MigrateException(IsLockConflict ? ExitCode.LockWaitTimedOut : ExitCode.MigrationFailed, problem, this);
    }

    private string Advice(PostgresException server) => server.SqlState switch
    {
        SqlStates.LockNotAvailable when Blocker?.EndPrepared is { } end =>
            $"A prepared transaction (PREPARE TRANSACTION) keeps its locks without a session, until it is ended. End it in its database, as its owner or as a superuser, then run again: {end}",
        SqlStates.LockNotAvailable => "Another session holds a lock on the table. Run again when the table is less busy, or raise --lock-wait.",
        SqlStates.DeadlockDetected => "Another session locked the same tables in a different order. Run again.",
        _ when SqlStates.IsCatalogConflict(server) => "Another session changed the same object at the same time. Run again.",
        SqlStates.SerializationFailure => "Another session changed the same rows at the same time. Run again, or set default_transaction_isolation to 'read committed' for the migration role.",
        SqlStates.QueryCanceled => "The statement exceeded statement_timeout, or another session canceled it, as down --end-running does. --statement-timeout sets the limit.",
        SqlStates.InsufficientPrivilege => "Grant the missing privilege to the migration role, or run as the role that owns the objects.",
        "25001" when Script.IsTransactionOff => "The statement cannot run in a transaction. Move it out of BEGIN … COMMIT.",
        "25001" => "The statement cannot run in a transaction. Move it to a script whose first line is '-- evolve-tx-off'.",
        SqlStates.InvalidTransactionTermination when Script.IsTransactionOff =>
            "COMMIT and ROLLBACK work only in a DO block or a CALL that is outside BEGIN … COMMIT, and not in a block with EXCEPTION or in a function.",
        SqlStates.InvalidTransactionTermination =>
            "The code commits or rolls back, but the script is one transaction. Move the statement to a script whose first line is '-- evolve-tx-off'.",
        SqlStates.UnsafeNewEnumValue when Script.IsTransactionOff =>
            "A new enum value can be used only after its transaction has committed. Move ALTER TYPE … ADD VALUE before BEGIN.",
        SqlStates.UnsafeNewEnumValue =>
            "A new enum value can be used only after its transaction has committed. Put ALTER TYPE … ADD VALUE into an earlier script.",
        _ when Committing is not null => "Batches that the statement had committed stay, and the next run starts the statement again. Fix the script or the data, then run again.",
        _ when Script.IsTransactionOff => "Fix the script or the data, then run again.",
        _ => "The whole script was rolled back. Fix the script or the data, then run again.",
    };
}
