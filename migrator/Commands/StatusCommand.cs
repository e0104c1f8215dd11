using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Reporting.Results;

namespace Migrator.Commands;

/// <summary>
/// <c>migrate status</c>: lists applied, pending, missing and changed scripts. Never writes.
/// </summary>
internal sealed class StatusCommand : MigrateCommand<StatusResult>
{
    private const int HistoryLimit = 200;

    public override string Name => "status";

    public override string Description => "List applied, pending, missing and changed scripts. --history lists past runs.";

    public override IReadOnlyList<Setting> Settings =>
        [.. KnownSettings.Common, KnownSettings.Target, KnownSettings.OutOfOrder, KnownSettings.Phase, KnownSettings.Timeout, KnownSettings.ExitCodeFlag, KnownSettings.HistoryFlag];

    protected override async Task RunAsync(StatusResult result, CommandContext context, CancellationToken cancellation)
    {
        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation, onlyReads: true).ConfigureAwait(false);
        result.History = session.History;
        result.ExitsWithPending = context.Options.ExitCode;
        result.Phase = context.Options.Phase;
        Plan plan = result.Plan = await session.PlanAsync(cancellation).ConfigureAwait(false);
        context.Progress.Warnings(plan.Warnings.Concat(plan.Problems));
        if (context.Options.ShowHistory)
        {
            result.Audit = await session.ReadAuditAsync(HistoryLimit, cancellation).ConfigureAwait(false);
        }
    }
}
