using Migrator.Configuration;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate up</c>: applies what is pending.</summary>
internal sealed class UpCommand : MigrateCommand
{
    public override string Name => "up";

    public override string Description => "Apply every migration of the folder that the database does not have yet.";

    public override IReadOnlyList<Setting> Settings =>
    [
        .. KnownSettings.Common, KnownSettings.Target, KnownSettings.OutOfOrder, KnownSettings.LockWait, KnownSettings.LockTimeout,
        KnownSettings.StatementTimeout, KnownSettings.Timeout, KnownSettings.Placeholder, KnownSettings.NoPlaceholders, KnownSettings.NoObserve,
    ];

    public override async Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        (ScriptSet scripts, RunSession opened) = await run.OpenAsync(cancellation).ConfigureAwait(false);
        await using RunSession session = opened;
        await session.LockAsync(cancellation).ConfigureAwait(false);
        Plan plan = await session.PlanAsync(scripts, cancellation).ConfigureAwait(false);
        run.Report.Warnings(plan.Warnings);
        CheckedPlan assessment = session.Assess(plan, scripts);
        assessment.ThrowIfWrong();
        var findings = new Lazy<IReadOnlyList<Finding>>(() => PendingLint.Find(plan, run.Options));
        run.Report.Findings = () => findings.Value;
        await session.ApplyAsync(assessment, cancellation).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
