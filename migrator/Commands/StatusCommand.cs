using Migrator.Configuration;
using Migrator.Database;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate status</c>: what is applied, pending, missing and changed. Never writes.</summary>
internal sealed class StatusCommand : MigrateCommand
{
    public override string Name => "status";

    public override string Description => "Show what is applied, pending, missing and changed.";

    public override IReadOnlyList<Setting> Settings =>
        [.. KnownSettings.Common, KnownSettings.OutOfOrder, KnownSettings.Timeout, KnownSettings.ExitCodeFlag];

    public override async Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        ScriptSet scripts = ScriptFolders.Read(run.Options.Directories);
        (DatabaseSession session, _) = await run.ConnectAsync(cancellation).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            Plan plan = await run.PlanAsync(session, scripts, cancellation).ConfigureAwait(false);
            foreach (Problem warning in plan.Warnings.Concat(plan.Problems))
            {
                run.Report.Warning(warning);
            }

            return run.Options.ExitCode && plan.Awaited.Count > 0 ? ExitCode.Pending : ExitCode.Done;
        }
    }
}
