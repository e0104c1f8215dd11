using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.Planning;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Execution.NonTransactional;

/// <summary>
/// Runs an <c>-- evolve-tx-off</c> script step by step. It records the steps in the progress table, and resumes the script at the
/// step where an earlier run stopped (guarantee 5).
/// </summary>
/// <param name="context">The run's context.</param>
/// <param name="statements">Executes the statements.</param>
/// <param name="retry">Retries steps that cannot acquire a lock.</param>
/// <param name="tracker">Receives the start and the end of each script.</param>
internal sealed class NonTransactionalStrategy(MigrationContext context, StatementRunner statements, LockRetry retry, RunTracker tracker)
{
    // The SQLSTATEs for a prepared statement and for a cursor that does not exist.
    private const string UndefinedStatement = "26000";
    private const string UndefinedCursor = "34000";

    private readonly ProgressTable _progressTable = new(context.SideTables);
    private readonly StepCatalog _catalog = new(context.Session);

    /// <summary>Runs the remaining steps of the script, and records the script.</summary>
    /// <remarks>
    /// A step that PostgreSQL allows in a transaction is sent as <c>BEGIN | the statement</c>, then <c>progress row | COMMIT</c>. For
    /// another step, the run sends a progress row with the state <c>started</c>, then the statement, then the row with the state
    /// <c>done</c>. At the end of the script, it sends
    /// <c>BEGIN | reset of the session | history row and audit row | deletion of the progress rows | COMMIT</c>.
    /// </remarks>
    /// <param name="work">The script.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">A statement failed. The steps before it keep their effects.</exception>
    /// <exception cref="MigrateException">
    /// The effect of an interrupted step cannot be found out (6), or the script was changed after it was checked (2).
    /// </exception>
    public async Task RunAsync(ScriptWork work, CancellationToken cancellation)
    {
        tracker.Start(work);
        Dictionary<int, StepRecord> recorded = work.RecordedSteps.ToDictionary(s => s.Step);
        if (recorded.Count > 0)
        {
            context.Progress.Info($"{work.Script.FileName}: resuming after the steps that an earlier run completed");
        }

        using var reader = new StepReader(work.Checked);
        var steps = new StepRunner(context, work.Checked, reader, statements, _progressTable, _catalog, retry);
        var done = new List<(ScriptStep Step, StepRecord Record)>();
        foreach (ScriptStep step in work.Checked.Steps)
        {
            if (recorded.GetValueOrDefault(step.Number) is { IsDone: true } record)
            {
                done.Add((step, record));
                continue;
            }

            if (done.Count > 0)
            {
                await RestoreAsync(work.Checked, reader, done, cancellation).ConfigureAwait(false);
                done.Clear();
            }

            if (!await RecoverAsync(work.Checked, steps, reader, step, recorded.GetValueOrDefault(step.Number), cancellation).ConfigureAwait(false))
            {
                await RunStepAsync(steps, step, isResumed: recorded.Count > 0, cancellation).ConfigureAwait(false);
            }
        }

        TimeSpan elapsed = tracker.Elapsed;
        await context.Session.ExecuteAllAsync(
            [
                "BEGIN",
                .. context.Settings.ResetStatements,
                .. context.ChecksBeforeRecord(work.Checked, step: null),
                .. work.RecordStatements(elapsed, steps.Observed),
                _progressTable.DeleteScriptStatement(ProgressTable.KeyOf(work.Script)),
                "COMMIT",
            ],
            cancellation).ConfigureAwait(false);
        tracker.Done(work, elapsed, steps.Observed);
    }

    /// <summary>Runs a step.</summary>
    /// <exception cref="MigrateException">The script is resumed, and the statement needs an object that does not exist (6).</exception>
    private async Task RunStepAsync(StepRunner steps, ScriptStep step, bool isResumed, CancellationToken cancellation)
    {
        try
        {
            await steps.RunAsync(step, cancellation).ConfigureAwait(false);
        }
        catch (StatementException e) when (isResumed && e.Cause.SqlState is SqlStates.UndefinedTable or UndefinedStatement or UndefinedCursor)
        {
            throw new MigrateException(ExitCode.HistoryMismatch, ResumeRules.LostObject(e.ToFailure(context.History).Problems[0]), e);
        }
    }

    /// <summary>Restores the state of the session after steps that an earlier run completed: the newest state that was recorded.</summary>
    /// <exception cref="MigrateException">A later step may have changed the state, or the state cannot be restored (6).</exception>
    private async Task RestoreAsync(
        CheckedScript script, StepReader reader, List<(ScriptStep Step, StepRecord Record)> done, CancellationToken cancellation)
    {
        ScriptStep step = done[^1].Step;
        string? state = null;
        for (int i = done.Count - 1; i >= 0 && state is null; i--)
        {
            (step, StepRecord record) = done[i];
            state = record.Session;

            // If the next step is a SET, the user has followed the advice.
            bool isSetAgain = i == done.Count - 1 && step.Number < script.Steps.Count && script.Steps[step.Number].Kind == StepKind.Session;
            if (state is null && !isSetAgain && ChangesSession(reader, step))
            {
                throw new MigrateException(ExitCode.HistoryMismatch, ResumeRules.UnknownSession(script, step, null));
            }
        }

        if (state is null)
        {
            return;
        }

        try
        {
            await context.Session.SendAsync(SessionState.RestoreStatements(context.Settings, state), cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!SqlStates.IsServerUnavailable(e))
        {
            throw new MigrateException(ExitCode.HistoryMismatch, ResumeRules.UnknownSession(script, step, e), e);
        }
    }

    // A block may change settings of the session. The server stopped before it could record them.
    private static bool ChangesSession(StepReader reader, ScriptStep step)
    {
        SqlStatement first = reader.MoveTo(step);
        bool changes = ChangesSession(first.Text);
        while (step.Kind == StepKind.Block && reader.Read() is { } statement)
        {
            changes |= ChangesSession(statement.Text);
        }

        return changes;
    }

    private static bool ChangesSession(string statement)
        => StepBuilder.ChangesSession(statement) || (StatementKind.RunsCode(statement) && statement.Contains("set", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Finds out whether a step that an earlier run recorded has to run. If that run recorded only the start of the step, the system
    /// catalog is queried for its effect, and leftovers of the step are removed. Returns true if the step is completed.
    /// </summary>
    private async Task<bool> RecoverAsync(
        CheckedScript script, StepRunner steps, StepReader reader, ScriptStep step, StepRecord? recorded, CancellationToken cancellation)
    {
        if (recorded is null)
        {
            return false;
        }

        SqlStatement first = reader.MoveTo(step);
        StepRecovery recovery = await _catalog.FindRecoveryAsync(first, recorded.ExistedBefore, cancellation).ConfigureAwait(false);
        switch (recovery.Action)
        {
            case RecoveryAction.Unknown:
                throw new MigrateException(ExitCode.HistoryMismatch, ResumeRules.Undecidable(script, step, _progressTable));
            case RecoveryAction.RunAgain or RecoveryAction.None:
                break;
            case RecoveryAction.CleanUpFirst:
                foreach (string statement in recovery.CleanUp)
                {
                    context.Progress.Info($"{script.Script.FileName}: an earlier run was interrupted in this step: {statement}");
                    await steps.CleanUpAsync(first, statement, cancellation).ConfigureAwait(false);
                }

                break;
        }

        bool isDone = recovery.Action == RecoveryAction.None || recovery.IsDoneAfterCleanUp;
        if (isDone)
        {
            await steps.RecordDoneAsync(step, cancellation).ConfigureAwait(false);
        }

        return isDone;
    }
}
