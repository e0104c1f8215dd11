using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.Planning;
using Migrator.Sql.Statements;

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
        foreach (ScriptStep step in work.Checked.Steps)
        {
            if (!await RecoverAsync(work.Checked, steps, reader, step, recorded.GetValueOrDefault(step.Number), cancellation).ConfigureAwait(false))
            {
                await steps.RunAsync(step, cancellation).ConfigureAwait(false);
            }
        }

        TimeSpan elapsed = tracker.Elapsed;
        await context.Session.ExecuteAllAsync(
            [
                "BEGIN",
                .. context.Settings.ResetStatements,
                .. work.RecordStatements(elapsed, steps.Observed),
                _progressTable.DeleteScriptStatement(ProgressTable.KeyOf(work.Script)),
                "COMMIT",
            ],
            cancellation).ConfigureAwait(false);
        tracker.Done(work, elapsed, steps.Observed);
    }

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

        if (recorded.IsDone)
        {
            return true;
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
            await context.Session.ExecuteAllAsync(
                [_progressTable.DoneStatement(ProgressTable.KeyOf(script.Script), step.Number, step.Checksum)], cancellation).ConfigureAwait(false);
        }

        return isDone;
    }
}
