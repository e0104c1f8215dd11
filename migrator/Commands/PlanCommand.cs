using Migrator.Configuration;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Reporting;
using Migrator.Reporting.Results;

namespace Migrator.Commands;

/// <summary>
/// <c>migrate plan</c>: shows what <c>up</c> would do and every problem that would stop it, and exits with the code of
/// <c>up</c>. Never writes.
/// </summary>
internal sealed class PlanCommand : MigrateCommand<PlanResult>
{
    public override string Name => "plan";

    public override string Description => "Show what 'up' would do and every problem that would stop it. Changes nothing.";

    public override IReadOnlyList<Setting> Settings =>
    [
        .. KnownSettings.Common, KnownSettings.Target, KnownSettings.OutOfOrder, KnownSettings.Ahead, KnownSettings.Phase, KnownSettings.Timeout, KnownSettings.Placeholder,
        KnownSettings.NoPlaceholders, KnownSettings.SqlFlag, KnownSettings.Down, .. KnownSettings.DownGoals, KnownSettings.OnMissingUndo,
    ];

    protected override async Task RunAsync(PlanResult result, CommandContext context, CancellationToken cancellation)
    {
        UndoGoal? goal = context.Options.Down ? DownGoal.Of(context.Options) : null;
        if (goal is null && DownGoal.IsGiven(context.Options))
        {
            throw new MigrateException(ExitCode.Usage, new Problem("usage", "--to, --steps and --to-dir need --down")
            {
                Advice = "'migrate plan --down --to V' shows what 'down' would do. For 'up', use --target V.",
            });
        }

        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation).ConfigureAwait(false);
        result.History = session.History;
        if (goal is not null)
        {
            Plan before = result.Plan = await session.PlanAsync(cancellation).ConfigureAwait(false);
            await PlanDownAsync(result, context, session, before, goal, cancellation).ConfigureAwait(false);
            return;
        }

        Plan plan = result.Plan = await session.PlanRunAsync(cancellation).ConfigureAwait(false);
        context.Progress.Warnings(plan.Warnings);
        Linter linter = PendingLint.Start(plan, context.Options, session.CurrentSchema);
        CheckedPlan pending = session.Check(plan, linter);
        result.Findings = await session.RefineAsync(linter.Findings, cancellation).ConfigureAwait(false);
        if (context.Options.ShowSql)
        {
            result.Sql = [.. pending.Scripts.Select(s => PlannedSql.Of(s.Script, context.Options))];
        }

        pending.ThrowIfProblems();
    }

    private static async Task PlanDownAsync(
        PlanResult result, CommandContext context, ReadSession session, Plan before, UndoGoal goal, CancellationToken cancellation)
    {
        UndoPlan plan = result.UndoPlan = await session.PlanUndoAsync(before, goal, cancellation).ConfigureAwait(false);
        IReadOnlyList<CheckedUndo> undos = session.Check(plan);
        context.Progress.Warnings(CheckedUndoPlan.Warnings(plan, session.SideTables.Progress));
        if (context.Options.ShowSql)
        {
            result.Sql = [.. undos.Select(u => PlannedSql.Of(u.Script.Script, context.Options, u.Plan.IsStored))];
        }
    }
}
