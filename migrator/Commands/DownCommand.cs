using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate down</c>: undoes newest first, with the undo scripts of the folder or those that the database keeps.</summary>
internal sealed class DownCommand : MigrateCommand
{
    public override string Name => "down";

    public override string Description => "Undo migrations, newest first: --to V (V stays), --steps N, or --to-dir.";

    public override IReadOnlyList<Setting> Settings =>
    [
        .. KnownSettings.Common, .. KnownSettings.DownGoals, KnownSettings.OnMissingUndo, KnownSettings.LockWait, KnownSettings.LockTimeout,
        KnownSettings.StatementTimeout, KnownSettings.Timeout, KnownSettings.Placeholder, KnownSettings.NoPlaceholders,
    ];

    public override async Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        UndoGoal goal = DownGoal.Of(run.Options);
        (ScriptSet scripts, RunSession opened) = await run.OpenAsync(cancellation).ConfigureAwait(false);
        await using RunSession session = opened;
        await session.LockAsync(cancellation).ConfigureAwait(false);
        Plan before = await session.PlanAsync(scripts, cancellation).ConfigureAwait(false);
        UndoPlan plan = await session.PlanUndoAsync(before, scripts, goal, cancellation).ConfigureAwait(false);
        IReadOnlyList<CheckedUndo> undos = session.AssessUndo(plan, scripts);
        if (plan.Missing.Count > 0)
        {
            // Nothing at all is changed: half a way back is no way back.
            run.Report.Warning(CheckedUndoPlan.MissingUndo(plan.Missing));
            return ExitCode.Done;
        }

        run.Report.Warnings(CheckedUndoPlan.Warnings(plan, session.SideTables.Progress));
        run.Report.Undoing(plan);
        await session.UndoAsync(undos, cancellation).ConfigureAwait(false);

        // What the undo scripts dropped or replaced comes back as this folder has it.
        Plan after = await session.PlanAsync(scripts, cancellation).ConfigureAwait(false);
        if (after.Current is null)
        {
            // With every version undone there is nothing for a view to stand on: the next 'up' runs them.
            return ExitCode.Done;
        }

        after = after with { Pending = [.. after.Pending.Where(s => s.Kind == ScriptKind.Repeatable)], Problems = [] };
        CheckedPlan repeatables = session.Assess(after, ScriptSet.Empty);
        repeatables.ThrowIfWrong();
        await session.ApplyAsync(repeatables, cancellation).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
