using Migrator.Configuration;
using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.Planning;
using Migrator.Reporting.Results;

namespace Migrator.Commands;

/// <summary>
/// <c>migrate down</c>: undoes versions, newest first, with the undo scripts of the folder or of the database.
/// </summary>
internal sealed class DownCommand : MigrateCommand<DownResult>
{
    public override string Name => "down";

    public override string Description => "Undo migrations, newest first: --to V (V stays applied), --steps N, or --to-dir.";

    public override IReadOnlyList<Setting> Settings =>
    [
        .. KnownSettings.Common, .. KnownSettings.DownGoals, KnownSettings.OnMissingUndo, KnownSettings.Phase, KnownSettings.AfterRollout, KnownSettings.AfterPods, KnownSettings.RolloutWait, KnownSettings.EndRunning, KnownSettings.LockWait, KnownSettings.LockTimeout,
        KnownSettings.StatementTimeout, KnownSettings.Timeout, KnownSettings.Placeholder, KnownSettings.NoPlaceholders,
    ];

    protected override async Task RunAsync(DownResult result, CommandContext context, CancellationToken cancellation)
    {
        UndoGoal goal = DownGoal.Of(context.Options);
        if (context.Options.EndRunning && context.Identity.Release is null)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("usage", $"{KnownSettings.EndRunning.Flag} needs the environment variable MIGRATE_RELEASE, which names the release whose run may be ended"));
        }

        var rollout = new AfterRollout(context);
        await rollout.WaitAsync(untilComplete: false, cancellation).ConfigureAwait(false);
        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation).ConfigureAwait(false);
        result.History = session.History;
        LockedSession locked = await session.LockAsync(RunLockScope.All, result, new LockBudget(context.Options.LockWait), cancellation).ConfigureAwait(false);

        // A pod of the newer version can have started while this run waited for the lock.
        await rollout.LookAgainAsync(cancellation).ConfigureAwait(false);
        Plan before = result.Plan = await session.PlanAsync(cancellation).ConfigureAwait(false);
        UndoPlan plan = result.UndoPlan = await session.PlanUndoAsync(before, goal, cancellation).ConfigureAwait(false);
        IReadOnlyList<CheckedUndo> undos = session.Check(plan);
        context.Progress.Warnings(CheckedUndoPlan.Warnings(plan, session.SideTables.Progress));
        if (plan.Missing.Count > 0)
        {
            // Undoing only some of the versions would leave a schema that matches no release.
            return;
        }

        await locked.UndoAsync(plan, undos, cancellation).ConfigureAwait(false);
        await locked.DeleteUnusedBegunAsync(cancellation).ConfigureAwait(false);

        // The repeatable scripts recreate the objects that the undo scripts dropped or replaced.
        Plan after = result.Plan = await session.PlanAsync(cancellation).ConfigureAwait(false);
        if (after.Current is not null)
        {
            CheckedPlan repeatables = session.CheckRepeatables(after);
            repeatables.ThrowIfProblems();
            await locked.ApplyAsync(repeatables, () => [], canReconnect: false, cancellation).ConfigureAwait(false);
        }

        // If no version is applied, the tables that repeatable scripts use do not exist. The next 'up' runs these scripts.
        await locked.EndFreshAsync(cancellation).ConfigureAwait(false);
    }
}
