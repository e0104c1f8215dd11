using Migrator.Configuration;
using Migrator.Execution.Locking;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Reporting.Results;

namespace Migrator.Commands;

/// <summary><c>migrate up</c>: applies the pending scripts.</summary>
internal sealed class UpCommand : MigrateCommand<UpResult>
{
    public override string Name => "up";

    public override string Description => "Apply all pending migrations.";

    public override IReadOnlyList<Setting> Settings =>
    [
        .. KnownSettings.Common, KnownSettings.Target, KnownSettings.OutOfOrder, KnownSettings.Ahead, KnownSettings.Phase, KnownSettings.LockWait, KnownSettings.LockTimeout,
        KnownSettings.StatementTimeout, KnownSettings.Timeout, KnownSettings.Placeholder, KnownSettings.NoPlaceholders, KnownSettings.NoObserve,
    ];

    protected override async Task RunAsync(UpResult result, CommandContext context, CancellationToken cancellation)
    {
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
        Phases.RefuseTarget(context.Options);
        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation).ConfigureAwait(false);
        result.History = session.History;
        LockedSession locked = await session.LockAsync(result, budget, cancellation).ConfigureAwait(false);
        Plan plan = result.Plan = WithoutApplied(await session.PlanRunAsync(cancellation).ConfigureAwait(false), result);
        context.Progress.Warnings(plan.Warnings);
        Phases.ThrowIfExpandIsPending(plan, context.Options);
        CheckedPlan pending = session.Check(plan);
        pending.ThrowIfProblems();

        // Reads the pending scripts again, so it is evaluated only if a script blocked other sessions. The report then names the
        // lint rule.
        var findings = new Lazy<IReadOnlyList<Finding>>(() => PendingLint.Find(plan, context.Options, session.CurrentSchema));
        await locked.ApplyAsync(pending, () => findings.Value, canReconnect: true, cancellation).ConfigureAwait(false);
    }

    // After a reconnect, a script that runs in each 'up' is still pending, although this run has applied it.
    private static Plan WithoutApplied(Plan plan, UpResult result)
    {
        HashSet<string> applied = [.. result.Applied.Select(a => a.Script.FileName)];
        return applied.Count == 0 ? plan : plan with { Pending = [.. plan.Pending.Where(s => !(s.RepeatsAlways && applied.Contains(s.FileName)))] };
    }
}
