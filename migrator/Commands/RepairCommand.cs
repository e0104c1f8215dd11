using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Reporting.Results;

namespace Migrator.Commands;

/// <summary>
/// <c>migrate repair</c>: accepts that applied scripts were edited. The audit table keeps the old checksums, so that the
/// gate of older pods still passes. Removes the rows that Evolve wrote for failed scripts: Evolve's own validation fails on
/// such a row.
/// </summary>
internal sealed class RepairCommand : MigrateCommand<RepairResult>
{
    public override string Name => "repair";

    public override string Description => "Re-align the history's checksums after a deliberate edit of applied scripts.";

    public override IReadOnlyList<Setting> Settings => [.. KnownSettings.Common, KnownSettings.LockWait, KnownSettings.Timeout];

    protected override async Task RunAsync(RepairResult result, CommandContext context, CancellationToken cancellation)
    {
        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation).ConfigureAwait(false);
        result.History = session.History;
        LockedSession locked = await session.LockAsync(result, cancellation).ConfigureAwait(false);
        Plan plan = result.Plan = await session.PlanAsync(cancellation).ConfigureAwait(false);
        List<PlannedScript> edited = [.. plan.Scripts.Where(s => s.State == ScriptState.ChecksumMismatch)];
        result.RemovedRows = await locked.RepairAsync(edited, cancellation).ConfigureAwait(false);
        result.Repaired = [.. edited.Select(s => s.FileName)];

        // Missing scripts and scripts out of order stay problems after a repair.
        plan = result.Plan = await session.PlanAsync(cancellation).ConfigureAwait(false);
        if (plan.Problems.Count > 0)
        {
            throw new MigrateException(ExitCode.HistoryMismatch, plan.Problems);
        }
    }
}
