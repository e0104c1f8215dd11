using System.Globalization;
using Migrator.Configuration;
using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Reporting.Results;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate up</c>: applies the pending scripts.</summary>
internal sealed class UpCommand : MigrateCommand<UpResult>
{
    // How many rows of the audit table are searched for a failure.
    private const int AuditRows = 200;

    public override string Name => "up";

    public override string Description => "Apply all pending migrations.";

    public override IReadOnlyList<Setting> Settings =>
    [
        .. KnownSettings.Common, KnownSettings.Target, KnownSettings.OutOfOrder, KnownSettings.Ahead, KnownSettings.Phase, KnownSettings.RefuseContract, KnownSettings.AfterRollout, KnownSettings.AfterPods, KnownSettings.RolloutWait, KnownSettings.LockWait, KnownSettings.LockTimeout,
        KnownSettings.StatementTimeout, KnownSettings.Timeout, KnownSettings.Placeholder, KnownSettings.NoPlaceholders, KnownSettings.NoObserve,
    ];

    protected override async Task RunAsync(UpResult result, CommandContext context, CancellationToken cancellation)
    {
        Phases.Check(context.Options);
        var rollout = new AfterRollout(context);
        if (context.Options.WaitsForPods)
        {
            Plan plan = await FindPendingAsync(result, context, cancellation).ConfigureAwait(false);
            if (plan.Pending.Count == 0)
            {
                return;
            }

            // A repeatable script that an earlier run left removes nothing, and the pods of this version can need it to become available.
            if (plan.Pending.Any(s => s.Phase == ScriptPhase.Contract))
            {
                // The wait can take long, so it holds neither the lock nor a connection.
                await rollout.WaitAsync(untilComplete: true, cancellation).ConfigureAwait(false);
            }
        }

        var budget = new LockBudget(context.Options.LockWait);
        RunLockScope scope = Phases.ScopeOf(context.Options);
        while (true)
        {
            try
            {
                if (await RunAsync(result, context, rollout, scope, budget, cancellation).ConfigureAwait(false))
                {
                    return;
                }

                // A run never waits for a lock while it holds another one, so it starts again.
                scope = RunLockScope.All;
            }
            catch (ClosedSessionException)
            {
                // The run starts again with a new connection. The scripts that it has applied stay applied.
            }
        }
    }

    // Returns whether the run is complete. Otherwise, scripts are left that need the locks of both phases: contract scripts on a fresh database, and
    // repeatable scripts whose objects a contract script has dropped.
    private static async Task<bool> RunAsync(UpResult result, CommandContext context, AfterRollout rollout, RunLockScope scope, LockBudget budget, CancellationToken cancellation)
    {
        // Each script is read up to three times: for its checksum before the run lock is acquired, for the check under the
        // lock if it is pending, and while it is sent.
        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation).ConfigureAwait(false);
        result.History = session.History;
        LockedSession locked = await session.LockAsync(scope, result, budget, cancellation).ConfigureAwait(false);
        Plan plan = result.Plan = WithoutApplied(await session.PlanRunAsync(cancellation).ConfigureAwait(false), result);
        if (!locked.Scope.HasFlag(Phases.ScopeOf(plan)))
        {
            return false;
        }

        context.Progress.Warnings(plan.Warnings);
        Phases.ThrowIfExpandIsPending(plan, context.Options);
        Phases.ThrowIfContractIsRefused(plan, context.Options);
        CheckedPlan pending = session.Check(plan);
        pending.ThrowIfProblems();
        Script[] contract = [.. plan.Pending.Where(s => s.Phase == ScriptPhase.Contract)];
        if (session.IsFresh && contract.Length > 0)
        {
            await locked.NoteFreshAsync(cancellation).ConfigureAwait(false);
        }

        // Reads the pending scripts again, so it is evaluated only if a script blocked other sessions. The report then names the
        // lint rule.
        var findings = new Lazy<IReadOnlyList<Finding>>(() => PendingLint.Find(plan, context.Options, session.CurrentSchema));
        if (contract.Length == 0)
        {
            await locked.ApplyAsync(pending, () => findings.Value, canReconnect: true, cancellation).ConfigureAwait(false);
        }
        else
        {
            await ContractAsync(result, rollout, locked, contract, pending, () => findings.Value, cancellation).ConfigureAwait(false);
            plan = WithoutApplied(await session.PlanAsync(cancellation).ConfigureAwait(false), result);
            if (plan.Pending.Count > 0)
            {
                return false;
            }
        }

        Phases.ThrowIfRepeatablesAreLeft(plan, context.Options);
        if (plan.Contract.Except(plan.Pending).Any())
        {
            result.ContractFailure = await FindContractFailureAsync(session, plan, cancellation).ConfigureAwait(false);
        }

        await locked.EndFreshAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    private static async Task ContractAsync(
        UpResult result, AfterRollout rollout, LockedSession locked, Script[] contract, CheckedPlan pending, Func<IReadOnlyList<Finding>> findings, CancellationToken cancellation)
    {
        try
        {
            await locked.BeginContractAsync(contract, cancellation).ConfigureAwait(false);

            // A pod of another version can have started before the records were written.
            await rollout.LookAgainAsync(cancellation).ConfigureAwait(false);
            await locked.ApplyAsync(pending, findings, canReconnect: true, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ClosedSessionException)
        {
            await locked.EndContractAsync(contract, result.Committing?.Script).ConfigureAwait(false);
            throw;
        }
    }

    // Without a pending script, Kubernetes is not asked.
    private static async Task<Plan> FindPendingAsync(UpResult result, CommandContext context, CancellationToken cancellation)
    {
        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation).ConfigureAwait(false);
        result.History = session.History;
        Plan plan = result.Plan = await session.PlanRunAsync(cancellation).ConfigureAwait(false);
        Phases.ThrowIfExpandIsPending(plan, context.Options);
        Phases.ThrowIfRepeatablesAreLeft(plan, context.Options);
        return plan;
    }

    // The log of the next deployment tells how the contract phase of the last one has ended: helm does not wait for that Job.
    private static async Task<string?> FindContractFailureAsync(ReadSession session, Plan plan, CancellationToken cancellation)
    {
        IReadOnlyList<AuditEntry> newest = await session.ReadAuditAsync(AuditRows, cancellation).ConfigureAwait(false);
        return newest.FirstOrDefault(e => e.Outcome == AuditOutcome.Failed && plan.Contract.Any(s => s.FileName == e.Script)) is { } failed
            ? string.Create(CultureInfo.InvariantCulture, $"the last contract phase failed at {failed.At:yyyy-MM-dd HH:mm:ss} UTC: {failed.Failure}")
            : null;
    }

    // After a reconnect, a script that runs in each 'up' is still pending, although this run has applied it.
    private static Plan WithoutApplied(Plan plan, UpResult result)
    {
        HashSet<string> applied = [.. result.Applied.Select(a => a.Script.FileName)];
        return applied.Count == 0 ? plan : plan with { Pending = [.. plan.Pending.Where(s => !(s.RepeatsAlways && applied.Contains(s.FileName)))] };
    }
}
