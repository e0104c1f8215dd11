using Migrator.Configuration;
using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.Planning;
using Migrator.Reporting.Results;

namespace Migrator.Commands;

/// <summary>
/// <c>migrate repair</c>: updates the history with the checksums of applied scripts that were edited. The old checksums stay in the
/// audit table, so <c>wait</c> still passes in older pods, which contain the scripts from before the edit. The command also removes the
/// rows that Evolve wrote for failed scripts, because Evolve's validation fails on such a row.
/// </summary>
internal sealed class RepairCommand : MigrateCommand<RepairResult>
{
    public override string Name => "repair";

    public override string Description => "Update the checksums in the history after applied scripts were edited on purpose.";

    public override IReadOnlyList<Setting> Settings => [.. KnownSettings.Common, KnownSettings.LockWait, KnownSettings.Timeout];

    protected override async Task RunAsync(RepairResult result, CommandContext context, CancellationToken cancellation)
    {
        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation).ConfigureAwait(false);
        result.History = session.History;
        LockedSession locked = await session.LockAsync(RunLockScope.All, result, new LockBudget(context.Options.LockWait), cancellation).ConfigureAwait(false);
        Plan plan = result.Plan = await session.PlanAsync(cancellation).ConfigureAwait(false);
        List<PlannedScript> edited = [.. plan.Scripts.Where(s => s.State == ScriptState.ChecksumMismatch)];
        result.RemovedRows = await locked.RepairAsync(edited, cancellation).ConfigureAwait(false);
        result.Repaired = [.. edited.Select(s => s.FileName)];

        // A repair does not solve missing scripts and scripts out of order.
        plan = result.Plan = await session.PlanAsync(cancellation).ConfigureAwait(false);
        if (plan.Problems.Count > 0)
        {
            throw new MigrateException(ExitCode.HistoryMismatch, plan.Problems);
        }
    }
}
