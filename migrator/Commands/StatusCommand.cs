using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate status</c>: what is applied, pending, missing and changed. Never writes.</summary>
internal sealed class StatusCommand : MigrateCommand
{
    private const int MostHistory = 200;

    public override string Name => "status";

    public override string Description => "Show what is applied, pending, missing and changed; --history shows past runs.";

    public override IReadOnlyList<Setting> Settings =>
        [.. KnownSettings.Common, KnownSettings.OutOfOrder, KnownSettings.Timeout, KnownSettings.ExitCodeFlag, KnownSettings.HistoryFlag];

    public override async Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        (ScriptSet scripts, RunSession opened) = await run.OpenAsync(cancellation).ConfigureAwait(false);
        await using RunSession session = opened;
        Plan plan = await session.PlanAsync(scripts, cancellation).ConfigureAwait(false);
        run.Report.Warnings(plan.Warnings.Concat(plan.Problems));
        if (run.Options.ShowHistory)
        {
            run.Audit = await session.Audit.ReadAsync(session.Session, MostHistory, cancellation).ConfigureAwait(false);
        }

        return run.Options.ExitCode && plan.Awaited.Count > 0 ? ExitCode.Pending : ExitCode.Done;
    }
}
