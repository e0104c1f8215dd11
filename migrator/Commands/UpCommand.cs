using Migrator.Configuration;
using Migrator.Execution.Locking;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Reporting.Results;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate up</c>: applies the pending scripts.</summary>
internal sealed class UpCommand : MigrateCommand<UpResult>
{
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
        if (context.Options.WaitsForPods)
        {
            if (!await HasContractAsync(result, context, cancellation).ConfigureAwait(false))
            {
                return;
            }

            // The wait can take long, so it holds neither the lock nor a connection.
            await AfterRollout.WaitAsync(context, untilComplete: true, cancellation).ConfigureAwait(false);
        }

        var budget = new LockBudget(context.Options.LockWait);
        while (true)
        {
            try
            {
                await RunAsync(result, context, budget, cancellation).ConfigureAwait(false);
                return;
            }
            catch (ClosedSessionException)
            {
                // The run starts again with a new connection. The scripts that it has applied stay applied.
            }
        }
    }

    private static async Task RunAsync(UpResult result, CommandContext context, LockBudget budget, CancellationToken cancellation)
    {
        // Each script is read up to three times: for its checksum before the run lock is acquired, for the check under the
        // lock if it is pending, and while it is sent.
        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation).ConfigureAwait(false);
        result.History = session.History;
        LockedSession locked = await session.LockAsync(result, budget, cancellation).ConfigureAwait(false);
        Plan plan = result.Plan = WithoutApplied(await session.PlanRunAsync(cancellation).ConfigureAwait(false), result);
        context.Progress.Warnings(plan.Warnings);
        Phases.ThrowIfExpandIsPending(plan, context.Options);
        Phases.ThrowIfContractIsRefused(plan, context.Options);
        CheckedPlan pending = session.Check(plan);
        pending.ThrowIfProblems();

        // Reads the pending scripts again, so it is evaluated only if a script blocked other sessions. The report then names the
        // lint rule.
        var findings = new Lazy<IReadOnlyList<Finding>>(() => PendingLint.Find(plan, context.Options, session.CurrentSchema));
        Script[] contract = [.. plan.Pending.Where(s => s.Phase == ScriptPhase.Contract)];
        if (contract.Length == 0)
        {
            await locked.ApplyAsync(pending, () => findings.Value, canReconnect: true, cancellation).ConfigureAwait(false);
            return;
        }

        await locked.BeginContractAsync(contract, cancellation).ConfigureAwait(false);
        try
        {
            // A pod of another version can have started before the records were written.
            await AfterRollout.LookAgainAsync(context, cancellation).ConfigureAwait(false);
            await locked.ApplyAsync(pending, () => findings.Value, canReconnect: true, cancellation).ConfigureAwait(false);
        }
        catch (MigrateException)
        {
            // A script that ran step by step can have taken effect in part. Its record stays.
            await locked.EndContractAsync(contract.Where(s => !s.IsTransactionOff), cancellation).ConfigureAwait(false);
            throw;
        }
    }

    // Without a pending contract script, Kubernetes is not asked.
    private static async Task<bool> HasContractAsync(UpResult result, CommandContext context, CancellationToken cancellation)
    {
        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation).ConfigureAwait(false);
        result.History = session.History;
        Plan plan = result.Plan = await session.PlanRunAsync(cancellation).ConfigureAwait(false);
        Phases.ThrowIfExpandIsPending(plan, context.Options);
        return plan.Contract.Count > 0;
    }

    // After a reconnect, a script that runs in each 'up' is still pending, although this run has applied it.
    private static Plan WithoutApplied(Plan plan, UpResult result)
    {
        HashSet<string> applied = [.. result.Applied.Select(a => a.Script.FileName)];
        return applied.Count == 0 ? plan : plan with { Pending = [.. plan.Pending.Where(s => !(s.RepeatsAlways && applied.Contains(s.FileName)))] };
    }
}
