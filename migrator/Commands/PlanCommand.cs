using Migrator.Configuration;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Reporting;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate plan</c>: what <c>up</c> would do and everything that would stop it, with its exit code. Never writes.</summary>
internal sealed class PlanCommand : MigrateCommand
{
    public override string Name => "plan";

    public override string Description => "Show what 'up' would do, and every problem it would meet, without changing anything.";

    public override IReadOnlyList<Setting> Settings =>
    [
        .. KnownSettings.Common, KnownSettings.Target, KnownSettings.OutOfOrder, KnownSettings.Timeout, KnownSettings.Placeholder,
        KnownSettings.NoPlaceholders, KnownSettings.SqlFlag, KnownSettings.Down, .. KnownSettings.DownGoals, KnownSettings.OnMissingUndo,
    ];

    public override async Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        UndoGoal? goal = run.Options.Down ? DownGoal.Of(run.Options) : null;
        if (goal is null && DownGoal.IsGiven(run.Options))
        {
            throw new MigrateException(ExitCode.Usage, new Problem("usage", "--to, --steps and --to-dir say how far down: they need --down")
            {
                Advice = "'migrate plan --down --to V' plans the way down; --target V is where 'up' stops.",
            });
        }

        (ScriptSet scripts, RunSession opened) = await run.OpenAsync(cancellation).ConfigureAwait(false);
        await using RunSession session = opened;
        Plan plan = await session.PlanAsync(scripts, cancellation).ConfigureAwait(false);
        if (goal is not null)
        {
            return await PlanDownAsync(run, session, plan, scripts, goal, cancellation).ConfigureAwait(false);
        }

        run.Report.Warnings(plan.Warnings);
        Linter linter = PendingLint.Start(plan, run.Options);
        CheckedPlan assessment = session.Assess(plan, scripts, linter);
        run.Findings = await new LintRefinement(session.Session, run.Options.Schema).RefineAsync(linter.Findings, cancellation).ConfigureAwait(false);
        if (run.Options.ShowSql)
        {
            run.Sql = [.. assessment.Scripts.Select(s => PlannedSql.Of(s.Script, run.Options))];
        }

        assessment.ThrowIfWrong();
        return ExitCode.Done;
    }

    private static async Task<ExitCode> PlanDownAsync(
        Run run, RunSession session, Plan before, ScriptSet scripts, UndoGoal goal, CancellationToken cancellation)
    {
        UndoPlan plan = await session.PlanUndoAsync(before, scripts, goal, cancellation).ConfigureAwait(false);
        IReadOnlyList<CheckedUndo> undos = session.AssessUndo(plan, scripts);
        if (plan.Missing.Count > 0)
        {
            run.Report.Warning(CheckedUndoPlan.MissingUndo(plan.Missing));
        }

        run.Report.Warnings(CheckedUndoPlan.Warnings(plan, session.SideTables.Progress));
        if (run.Options.ShowSql)
        {
            run.Sql = [.. undos.Select(u => PlannedSql.Of(u.Script.Script, run.Options, u.Plan.IsStored))];
        }

        return ExitCode.Done;
    }
}
