using Migrator.History;
using Migrator.Planning;

namespace Migrator.Execution;

/// <summary>
/// Undoes versions newest first, each undo script and its change of the history in one transaction (unless it is
/// <c>-- evolve-tx-off</c>: then step by step as in <c>up</c>).
/// </summary>
internal sealed class UndoRun(ApplyContext context, IReadOnlyList<(PlannedUndo Plan, CheckedScript Script)> undos, ILookup<string, StepProgress> progress)
{
    private readonly ProgressTable _progress = new(context.SideTables);
    private readonly UndoTable _undo = new(context.SideTables);

    /// <summary>Undoes them.</summary>
    /// <exception cref="MigrateException">One failed; those before it stay undone.</exception>
    public async Task UndoAsync(CancellationToken cancellation)
    {
        if (undos.Count == 0)
        {
            return;
        }

        await context.CreateTablesAsync(cancellation).ConfigureAwait(false);
        await using var tools = new ScriptTools(context);
        foreach ((PlannedUndo plan, CheckedScript script) in undos)
        {
            context.Report.Starting(script.Script);
            long start = TimeProvider.System.GetTimestamp();
            try
            {
                TimeSpan elapsed = script.Script.IsTransactionOff
                    ? (await tools.Steps.RunAsync(script, [.. progress[ProgressTable.KeyOf(script.Script)]], (time, _) => Rows(plan, time), cancellation).ConfigureAwait(false)).Elapsed
                    : await RunInTransactionAsync(tools.Transaction, plan, script, start, cancellation).ConfigureAwait(false);
                context.Report.Undone(new UndoneScript(plan, elapsed));
            }
            catch (StatementException e)
            {
                MigrateException failure = e.ToFailure();
                await tools.AbandonAsync(script.Script, TimeProvider.System.GetElapsedTime(start), failure).ConfigureAwait(false);
                throw failure;
            }
            catch (Exception e) when (e is MigrateException || cancellation.IsCancellationRequested)
            {
                // No statement failed, but the run stops in this script: the story is told all the same.
                await tools.AbandonAsync(script.Script, TimeProvider.System.GetElapsedTime(start), e as MigrateException ?? ApplyContext.Ended).ConfigureAwait(false);
                throw;
            }
        }
    }

    private async Task<TimeSpan> RunInTransactionAsync(
        TransactionalScript transaction, PlannedUndo plan, CheckedScript script, long start, CancellationToken cancellation)
    {
        await transaction.RunAsync(script, Rows(plan, null), cancellation).ConfigureAwait(false);
        return TimeProvider.System.GetElapsedTime(start);
    }

    private string[] Rows(PlannedUndo plan, TimeSpan? elapsed) =>
    [
        context.History.DeleteStatement(plan.Entry),
        _undo.ForgetStatement(plan.Entry.Version!),
        _progress.ForgetAllStatement(ProgressTable.KeyOf(plan.Entry.Version!)),
        context.History.DeleteRepeatablesStatement(),
        _progress.ForgetRepeatablesStatement(),
        context.Audit.InsertStatement(plan.Script, AuditOutcome.Undone, elapsed),
    ];
}
