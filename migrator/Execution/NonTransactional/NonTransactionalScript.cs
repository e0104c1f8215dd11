using System.Diagnostics;
using Migrator.Database;
using Migrator.Execution.LockReport;
using Migrator.History;
using Migrator.Planning;

namespace Migrator.Execution.NonTransactional;

/// <summary>
/// Guarantee 5: an <c>-- evolve-tx-off</c> script runs step by step, each with its progress row, and is resumed where it stopped.
/// </summary>
internal sealed class NonTransactionalScript(
    DatabaseSession session, ProgressTable progress, StepRunner steps, StepCatalog catalog, SessionSettings settings, IExecutionProgress report)
{
    /// <summary>Runs what is left of the script, and writes its rows.</summary>
    /// <param name="script">The script.</param>
    /// <param name="before">What is noted of an earlier run.</param>
    /// <param name="rows">The rows to write at the end, for the time that it took and what was seen.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">A statement failed; those before it stay done.</exception>
    /// <exception cref="MigrateException">What an earlier run left does not fit (6).</exception>
    public async Task<(TimeSpan Elapsed, IReadOnlyList<ObservedLock> Observed)> RunAsync(
        CheckedScript script,
        IReadOnlyList<StepProgress> before,
        Func<TimeSpan, IReadOnlyList<ObservedLock>, IEnumerable<string>> rows,
        CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        Dictionary<int, StepProgress> noted = before.ToDictionary(s => s.Step);
        if (noted.Count > 0)
        {
            report.Info($"{script.Script.FileName}: goes on behind what an earlier run did");
        }

        foreach (ScriptStep step in script.Steps)
        {
            if (!await IsDoneAsync(script, step, noted.GetValueOrDefault(step.Number), cancellation).ConfigureAwait(false))
            {
                await steps.RunAsync(script, step, cancellation).ConfigureAwait(false);
            }
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        IReadOnlyList<ObservedLock> observed = steps.TakeObserved();
        await session.ExecuteAllAsync(
            ["BEGIN", .. settings.ResetStatements, .. rows(elapsed, observed), progress.ForgetAllStatement(ProgressTable.KeyOf(script.Script)), "COMMIT"],
            cancellation).ConfigureAwait(false);
        return (elapsed, observed);
    }

    /// <summary>Whether an earlier run did the step; asks the catalog where it only noted that it started.</summary>
    private async Task<bool> IsDoneAsync(CheckedScript script, ScriptStep step, StepProgress? noted, CancellationToken cancellation)
    {
        if (noted is null || noted.IsDone)
        {
            return noted is not null;
        }

        StepVerdict verdict = await catalog.JudgeAsync(step.First, noted.ExistedBefore, cancellation).ConfigureAwait(false);
        switch (verdict.Fate)
        {
            case StepFate.Unknown:
                throw new MigrateException(ExitCode.HistoryMismatch, ResumeRules.Undecidable(script, step, progress));
            case StepFate.CleanUpFirst:
                foreach (string statement in verdict.CleanUp)
                {
                    report.Info($"{script.Script.FileName}: an earlier run was interrupted in this step: {statement}");
                    await steps.CleanUpAsync(script, step, statement, cancellation).ConfigureAwait(false);
                }

                break;
        }

        bool isDone = verdict.Fate == StepFate.Done || verdict.IsDoneAfterCleanUp;
        if (isDone)
        {
            await session.ExecuteAsync(
                progress.DoneStatement(ProgressTable.KeyOf(script.Script), step.Number, step.Checksum), cancellation).ConfigureAwait(false);
        }

        return isDone;
    }
}
