using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.Planning;
using Migrator.Sql.Statements;

namespace Migrator.Execution.NonTransactional;

/// <summary>
/// Runs an <c>-- evolve-tx-off</c> script step by step, each step with its progress row, and resumes it where an earlier run stopped (guarantee 5).
/// </summary>
internal sealed class NonTransactionalStrategy(MigrationContext context, StatementRunner statements, LockRetry retry, RunTracker tracker)
{
    private readonly ProgressTable _progress = new(context.SideTables);
    private readonly StepCatalog _catalog = new(context.Session);

    /// <summary>Runs what is left of the script, and records it.</summary>
    /// <remarks>
    /// What is sent for a step that PostgreSQL allows in a transaction: <c>BEGIN | the statement | progress row | COMMIT</c>; for one that it refuses there: a progress row that says that the
    /// step started, the statement, the same row as done. At the end: <c>BEGIN | reset of the session | history row and audit row | the progress rows are deleted | COMMIT</c>.
    /// </remarks>
    /// <param name="work">The script.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">A statement failed; the steps before it stay done.</exception>
    /// <exception cref="MigrateException">What an earlier run left does not fit (6), or the script was changed since it was checked (2).</exception>
    public async Task RunAsync(ScriptWork work, CancellationToken cancellation)
    {
        tracker.Start(work);
        Dictionary<int, StepRecord> recorded = work.Recorded.ToDictionary(s => s.Step);
        if (recorded.Count > 0)
        {
            context.Progress.Info($"{work.Script.FileName}: goes on behind what an earlier run did");
        }

        using var reader = new StepReader(work.Checked);
        var steps = new StepRunner(context, work.Checked, reader, statements, _progress, _catalog, retry);
        foreach (ScriptStep step in work.Checked.Steps)
        {
            if (!await IsDoneAsync(work.Checked, steps, reader, step, recorded.GetValueOrDefault(step.Number), cancellation).ConfigureAwait(false))
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
                _progress.ForgetAllStatement(ProgressTable.KeyOf(work.Script)),
                "COMMIT",
            ],
            cancellation).ConfigureAwait(false);
        tracker.Done(work, elapsed, steps.Observed);
    }

    /// <summary>Whether an earlier run did the step. Asks the catalog where that run only recorded that the step started.</summary>
    private async Task<bool> IsDoneAsync(
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
        StepVerdict verdict = await _catalog.JudgeAsync(first, recorded.ExistedBefore, cancellation).ConfigureAwait(false);
        switch (verdict.Fate)
        {
            case StepFate.Unknown:
                throw new MigrateException(ExitCode.HistoryMismatch, ResumeRules.Undecidable(script, step, _progress));
            case StepFate.RunAgain or StepFate.Done:
                break;
            case StepFate.CleanUpFirst:
                foreach (string statement in verdict.CleanUp)
                {
                    context.Progress.Info($"{script.Script.FileName}: an earlier run was interrupted in this step: {statement}");
                    await steps.CleanUpAsync(first, statement, cancellation).ConfigureAwait(false);
                }

                break;
        }

        bool isDone = verdict.Fate == StepFate.Done || verdict.IsDoneAfterCleanUp;
        if (isDone)
        {
            await context.Session.ExecuteAsync(
                _progress.DoneStatement(ProgressTable.KeyOf(script.Script), step.Number, step.Checksum), cancellation).ConfigureAwait(false);
        }

        return isDone;
    }
}
