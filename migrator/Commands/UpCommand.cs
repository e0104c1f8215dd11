using Migrator.Configuration;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Reporting.Results;

namespace Migrator.Commands;

/// <summary><c>migrate up</c>: applies the pending scripts.</summary>
internal sealed class UpCommand : MigrateCommand<UpResult>
{
    public override string Name => "up";

    public override string Description => "Apply every migration of the folder that the database does not have yet.";

    public override IReadOnlyList<Setting> Settings =>
    [
        .. KnownSettings.Common, KnownSettings.Target, KnownSettings.OutOfOrder, KnownSettings.LockWait, KnownSettings.LockTimeout,
        KnownSettings.StatementTimeout, KnownSettings.Timeout, KnownSettings.Placeholder, KnownSettings.NoPlaceholders, KnownSettings.NoObserve,
    ];

    protected override async Task RunAsync(UpResult result, CommandContext context, CancellationToken cancellation)
    {
        // The folders are read, with a checksum of each script, before the run lock is acquired. Under the lock the history is read, and the pending scripts are read again
        // and checked. Each script is read once more while it is sent.
        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation).ConfigureAwait(false);
        result.History = session.History;
        LockedSession locked = await session.LockAsync(result, cancellation).ConfigureAwait(false);
        Plan plan = result.Plan = await session.PlanAsync(cancellation).ConfigureAwait(false);
        context.Progress.Warnings(plan.Warnings);
        CheckedPlan pending = session.Check(plan);
        pending.ThrowIfProblems();

        // Reads the pending scripts once more: only when a script made other sessions wait, for the rule that the report names.
        var findings = new Lazy<IReadOnlyList<Finding>>(() => PendingLint.Find(plan, context.Options));
        await locked.ApplyAsync(pending, () => findings.Value, cancellation).ConfigureAwait(false);
    }
}
