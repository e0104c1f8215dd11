using Migrator.Configuration;
using Migrator.Execution;
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
        (ScriptSet scripts, RunSession opened) = await run.OpenAsync(cancellation).ConfigureAwait(false);
        await using RunSession session = opened;
        Plan plan = await session.PlanAsync(scripts, cancellation).ConfigureAwait(false);
        if (run.Options.Down)
        {
            return await PlanDownAsync(run, session, plan, scripts, cancellation).ConfigureAwait(false);
        }

        run.Report.Warnings(plan.Warnings);
        Assessment assessment = session.Assess(plan, scripts);
        if (run.Options.ShowSql)
        {
            run.Sql = [.. assessment.Scripts.Select(s => new PlannedSql(s.Script, s.Text))];
        }

        assessment.ThrowIfWrong();
        return ExitCode.Done;
    }

    private static async Task<ExitCode> PlanDownAsync(Run run, RunSession session, Plan before, ScriptSet scripts, CancellationToken cancellation)
    {
        UndoPlan plan = await session.PlanUndoAsync(before, scripts, DownGoal.Of(run.Options), cancellation).ConfigureAwait(false);
        IReadOnlyList<(PlannedUndo, PreparedScript Script)> undos = DownAssessment.Check(plan, run.Options);
        if (plan.Missing.Count > 0)
        {
            run.Report.Warning(DownAssessment.MissingUndo(plan.Missing));
        }

        run.Report.Warnings(DownAssessment.Differences(plan));
        if (run.Options.ShowSql)
        {
            run.Sql = [.. undos.Select(u => new PlannedSql(u.Script.Script, u.Script.Text))];
        }

        return ExitCode.Done;
    }
}
