using Migrator.Configuration;
using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.History;

namespace Migrator.Execution;

/// <summary>The objects that a run needs to execute scripts. They are valid only while the run lock is held.</summary>
/// <param name="Session">The session that holds the run lock.</param>
/// <param name="Settings">The session's settings, which are restored after each script.</param>
/// <param name="History">The history table.</param>
/// <param name="SideTables">The names of the audit, progress and undo tables.</param>
/// <param name="Trust">Checks migrate's tables after they are created.</param>
/// <param name="Audit">The audit table.</param>
/// <param name="Budget">The remaining time of <c>--lock-wait</c>.</param>
/// <param name="Options">The options.</param>
/// <param name="Progress">Receives reports while scripts run.</param>
/// <param name="Time">The clock.</param>
/// <param name="CanReconnect">Whether the caller catches <see cref="ClosedSessionException"/>.</param>
internal sealed record MigrationContext(
    DatabaseSession Session,
    SessionSettings Settings,
    HistoryTable History,
    SideTables SideTables,
    TableTrust Trust,
    AuditTable Audit,
    LockBudget Budget,
    MigrateOptions Options,
    IExecutionProgress Progress,
    TimeProvider Time,
    bool CanReconnect)
{
    /// <summary>The statement that fails if the session has lost the run lock.</summary>
    public string LockCheck { get; } = RunLock.CheckStatement(History.QualifiedName);
}
