using Migrator.Configuration;
using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.Execution.LockReport;
using Migrator.History;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Execution;

/// <summary>What everything that applies scripts works with.</summary>
internal sealed record ApplyContext(
    DatabaseSession Session,
    SessionSettings Settings,
    HistoryTable History,
    SideTables SideTables,
    AuditTable Audit,
    LockBudget Budget,
    MigrateOptions Options,
    IExecutionProgress Report)
{
    private static readonly TimeSpan NoteLimit = TimeSpan.FromSeconds(5);

    /// <summary>What the audit table says of a run that was ended from outside.</summary>
    public static MigrateException Ended { get; } = new(ExitCode.Terminated, new Problem("interrupted", "ended by a signal, or by --timeout"));

    /// <summary>Creates the history table as Evolve does, and ours beside it, where they are missing: all of them or none.</summary>
    public async Task CreateTablesAsync(CancellationToken cancellation)
    {
        IReadOnlyList<string> history = History.Exists ? [] : [.. await EvolveMigrations.CreationAsync(this, cancellation).ConfigureAwait(false), History.CreateStatement];
        string[] statements = [.. history, .. SideTables.MissingStatements];
        if (statements.Length == 0)
        {
            return;
        }

        try
        {
            await Session.ExecuteAllAsync(statements, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!SqlStates.IsServerGone(e))
        {
            throw HistoryProblems.Failed($"creating {(history.Count > 0 ? $"{History.QualifiedName} and the tables beside it" : SideTables.Names)}", e, History);
        }

        History.Created();
        SideTables.Created();
    }

    /// <summary>
    /// The audit table keeps what the history table must not. Best effort, for the cause is already on its way out: a connection
    /// that is gone takes the note with it, and the log has it.
    /// </summary>
    public async Task NoteFailureAsync(Script script, TimeSpan elapsed, MigrateException failure)
    {
        using var limit = new CancellationTokenSource(NoteLimit);
        try
        {
            await Session.ExecuteAllAsync(
                [.. Settings.ResetStatements, Audit.InsertStatement(script, AuditOutcome.Failed, elapsed, failure.Problems[0])],
                limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // See above.
        }
    }

    /// <summary>The row that says that a script was applied which ran outside a transaction.</summary>
    /// <param name="script">The script.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="observed">What was seen of it.</param>
    public string AuditStatement(Script script, TimeSpan elapsed, IReadOnlyList<ObservedLock> observed)
        => Audit.InsertStatement(script, AuditOutcome.Applied, elapsed, observed: observed.Count > 0 ? ObservedJson.Of(observed) : null);
}
