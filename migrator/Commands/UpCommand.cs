using Migrator.Configuration;
using Migrator.Database;
using Migrator.Execution;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate up</c>: applies what is pending.</summary>
internal sealed class UpCommand : MigrateCommand
{
    public override string Name => "up";

    public override string Description => "Apply what is pending.";

    public override IReadOnlyList<Setting> Settings =>
    [
        .. KnownSettings.Common, KnownSettings.Target, KnownSettings.OutOfOrder, KnownSettings.LockWait, KnownSettings.LockTimeout,
        KnownSettings.StatementTimeout, KnownSettings.Timeout, KnownSettings.Placeholder, KnownSettings.NoPlaceholders,
    ];

    public override async Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        ScriptSet scripts = ScriptFolders.Read(run.Options.Directories);
        (DatabaseSession session, SessionSettings settings) = await run.ConnectAsync(cancellation).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var budget = new LockBudget(run.Options.LockWait, run.Time);
            var runLock = new RunLock(session, run.History!, run.Report, run.Time);
            await runLock.AcquireAsync(budget.Left, cancellation).ConfigureAwait(false);

            // What was true before the lock may be stale: everything is decided here (guarantee 2).
            Plan plan = await run.PlanAsync(session, scripts, cancellation).ConfigureAwait(false);
            foreach (Problem warning in plan.Warnings)
            {
                run.Report.Warning(warning);
            }

            if (plan.Problems.Count > 0)
            {
                throw new MigrateException(ExitCode.HistoryMismatch, plan.Problems);
            }

            if (plan.Pending.Count > 0)
            {
                await new Applier(session, run.History!, settings, budget, run.Options, run.Report)
                    .ApplyAsync(plan.Pending, cancellation).ConfigureAwait(false);
            }

            return ExitCode.Done;
        }
    }
}
