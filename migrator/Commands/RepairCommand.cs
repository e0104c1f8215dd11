using Migrator.Configuration;
using Migrator.History;
using Migrator.Planning;
using Migrator.Reporting;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Commands;

/// <summary>
/// <c>migrate repair</c>: accepts that applied scripts were edited. The old checksums are kept in the audit table, so that
/// pods of before still pass the gate. Rows that Evolve left for failed scripts go, for its own validation fails on them.
/// </summary>
internal sealed class RepairCommand : MigrateCommand
{
    public override string Name => "repair";

    public override string Description => "Re-align the history's checksums after a deliberate edit of applied scripts.";

    public override IReadOnlyList<Setting> Settings => [.. KnownSettings.Common, KnownSettings.LockWait, KnownSettings.Timeout];

    public override async Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        (ScriptSet scripts, RunSession opened) = await run.OpenAsync(cancellation).ConfigureAwait(false);
        await using RunSession session = opened;
        await session.LockAsync(cancellation).ConfigureAwait(false);
        Plan plan = await session.PlanAsync(scripts, cancellation).ConfigureAwait(false);
        List<PlannedScript> edited = [.. plan.Scripts.Where(s => s.State == ScriptState.ChecksumMismatch)];
        try
        {
            int failedRows = await session.History.CountFailedAsync(session.Session, cancellation).ConfigureAwait(false);
            if (edited.Count > 0 || failedRows > 0)
            {
                await RepairAsync(session, edited, cancellation).ConfigureAwait(false);
            }

            run.Repaired = [.. edited.Select(s => s.FileName)];
            run.Lines = failedRows == 0 ? [] : [$"Removed {TextStyle.Count(failedRows, "row")} that Evolve left for failed scripts."];
        }
        catch (PostgresException e)
        {
            throw HistoryProblems.Failed("repairing the history", e, session.History);
        }

        // What is missing or out of order no repair can mend.
        plan = await session.PlanAsync(scripts, cancellation).ConfigureAwait(false);
        return plan.Problems.Count == 0 ? ExitCode.Done : throw new MigrateException(ExitCode.HistoryMismatch, plan.Problems);
    }

    private static async Task RepairAsync(RunSession session, List<PlannedScript> edited, CancellationToken cancellation)
    {
        await session.Context.CreateTablesAsync(cancellation).ConfigureAwait(false);
        await session.Session.ExecuteAllAsync(
            edited.SelectMany(s => new[] { session.Audit.RepairedStatement(s.Entry!), session.History.RepairStatement(s.Entry!, s.Script!) })
                .Append(session.History.DeleteFailedStatement()),
            cancellation).ConfigureAwait(false);
    }
}
