using Migrator.Configuration;
using Migrator.Database;
using Migrator.History;
using Migrator.Planning;
using Migrator.Reporting.Results;
using Npgsql;

namespace Migrator.Commands;

/// <summary>
/// <c>migrate wait</c>, the gate of a deployment: waits until the database has every migration of the folder, except contract scripts. Never writes.
/// </summary>
internal sealed class WaitCommand : MigrateCommand<WaitResult>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public override string Name => "wait";

    public override string Description => "Wait until the database has every migration of the folder, except contract scripts. Never writes.";

    public override IReadOnlyList<Setting> Settings => [.. KnownSettings.Common, KnownSettings.WaitTimeout, KnownSettings.AllowContracted];

    public override Setting Timeout => KnownSettings.WaitTimeout;

    // As for --connect-wait and --lock-wait, 0s means one attempt without a time limit.
    public override TimeSpan? TimeLimit(MigrateOptions options) => options.Timeout == TimeSpan.Zero ? null : options.Timeout;

    protected override async Task RunAsync(WaitResult result, CommandContext context, CancellationToken cancellation)
    {
        string reported = "";
        ReadSession session = await OpenAsync(context, cancellation).ConfigureAwait(false);
        try
        {
            while (true)
            {
                result.History = session.History;
                Plan plan;
                try
                {
                    plan = result.Plan = await session.PlanGateAsync(cancellation).ConfigureAwait(false);
                }
                catch (PostgresException e) when (e.SqlState == SqlStates.IdleSessionTimeout)
                {
                    // The pause was longer than idle_session_timeout of the role or the database. 'wait' changes no setting, because a
                    // pooler may share its session.
                    await session.DisposeAsync().ConfigureAwait(false);
                    session = await OpenAsync(context, cancellation).ConfigureAwait(false);
                    continue;
                }

                result.History = session.History;
                result.OtherHistory = session.OtherHistory;
                // A run that holds the lock can still roll a contract script back, or undo it.
                bool canChange = context.Options.Timeout != TimeSpan.Zero && plan.GateProblems.All(p => p.Id == PlanBuilder.ContractedProblem);
                result.Contracted = plan.GateProblems.Count > 0 && canChange && await session.IsRunningAsync(cancellation).ConfigureAwait(false) ? plan.GateProblems : [];
                if (plan.GateProblems.Count > result.Contracted.Count)
                {
                    throw new MigrateException(ExitCode.HistoryMismatch, plan.GateProblems);
                }

                if (plan.Awaited.Count == 0 && result.Contracted.Count == 0)
                {
                    return;
                }

                result.LastFailure = await FindFailureAsync(session, plan, cancellation).ConfigureAwait(false);
                if (context.Options.Timeout == TimeSpan.Zero)
                {
                    throw result.TimedOut(TimeSpan.Zero);
                }

                if (result.Awaited != reported)
                {
                    reported = result.Awaited;
                    context.Progress.Waiting($"waiting for {reported}");
                }

                await Task.Delay(Pause, context.Time, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Finds the failure of the last run, so that the log of a waiting pod contains the reason.</summary>
    private static async Task<string?> FindFailureAsync(ReadSession session, Plan plan, CancellationToken cancellation)
    {
        try
        {
            return await session.ReadAuditAsync(1, cancellation).ConfigureAwait(false) is [{ Outcome: AuditOutcome.Failed } failed]
                && plan.Awaited.Any(s => s.FileName == failed.Script)
                ? $"the last run failed: {failed.Failure}"
                : null;
        }
        catch (PostgresException e) when (e.SqlState == SqlStates.InsufficientPrivilege)
        {
            // The role of the gate may have SELECT on the history table only.
            return null;
        }
    }

    private static Task<ReadSession> OpenAsync(CommandContext context, CancellationToken cancellation)
        => ReadSession.OpenAsync(context, cancellation, onlyReads: true);
}
