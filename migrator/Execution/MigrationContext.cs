using Migrator.Configuration;
using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.Planning;
using Npgsql;

namespace Migrator.Execution;

/// <summary>The objects that a run needs to execute scripts. They are valid only while the run lock is held.</summary>
/// <param name="Session">The session that holds the run lock.</param>
/// <param name="Lock">The run lock.</param>
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
    RunLock Lock,
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
    /// <summary>The statements that record a contract script additionally. See <see cref="HistoryTable.RepeatStatement"/>.</summary>
    public IReadOnlyList<string> AfterContract { get; init; } = [];

    /// <summary><see cref="ChecksBeforeRecord"/> for scripts that contain no GRANT.</summary>
    public IReadOnlyList<string> UsualChecks => [Lock.CheckStatement, .. Trust.RecordingStatements(SideTables, TableNames, mayGrant: false)];

    /// <summary>
    /// Gets the statements that a transaction sends before it records a script or a step. The search path must be that of a <see cref="TrustedBatch"/>.
    /// They fail if the run lock is lost, or if the script has given another role access to the tables: see <see cref="RecordingProblem"/>.
    /// </summary>
    /// <param name="script">The script.</param>
    /// <param name="step">The step that the same transaction has run; null for a transaction of migrate's own.</param>
    public IReadOnlyList<string> ChecksBeforeRecord(CheckedScript script, int? step)
        => [.. LockChecks(step), .. Trust.RecordingStatements(SideTables, TableNames, step is { } ran && RevokesGrants(script, ran))];

    /// <summary>Gets the statements that a transaction sends before the statements of a script, or of one of its steps.</summary>
    public IReadOnlyList<string> ChecksBeforeScript(CheckedScript script, int step)
        => RevokesGrants(script, step) ? Trust.StatementsBeforeGrant(SideTables, TableNames) : [];

    // If a transaction writes a row of the audit table, the id of the row shows whether another run has written one: see AuditTable.IsConflict. It does not show that a
    // run with all locks has worked beside a contract phase.
    private string[] LockChecks(int? step) => step == 0 && !Audit.IsContractPhase ? [Lock.CheckStatement] : [Audit.CheckStatement, Lock.CheckStatement];

    private string[] TableNames => [.. SideTables.NamesOf(History.Name)];

    // SET TRANSACTION ISOLATION LEVEL must be the first statement of a transaction. After it, a grant on the tables fails.
    private bool RevokesGrants(CheckedScript script, int step)
        => script.Analysis.MayGrant && Trust.CanRevoke && script.Analysis.Transactions.GetValueOrDefault(step) is not { SetsIsolation: true };

    /// <summary>Gets the problem if a transaction failed when it recorded a script; null if another statement failed.</summary>
    public static Problem? RecordingProblem(PostgresException e, HistoryTable history, bool isOwn = true)
        => isOwn && (RunLock.IsLost(e) || AuditTable.IsConflict(e, history)) ? RunLock.Lost
        : TableTrust.IsRefused(e) ? new Problem("untrusted-table", $"{(isOwn ? "after" : "before")} this script, another role could change the history, or run code with the privileges of the migration role, through a table of migrate ({history.QualifiedName} and {history.Name}_…)")
        {
            Advice = "The script is not recorded, and its transaction was rolled back. What it had committed before stays: the next run prints how to fix it. Look for statements that change privileges, the owner, a trigger, a rule or a policy of these tables, privileges on a view of them, the owner of their schema, or the members of pg_write_all_data. If a role may change the tables, set --trust-role.",
        }
        : null;
}
