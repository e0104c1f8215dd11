using Migrator.Configuration;
using Migrator.Execution;
using Migrator.Planning;
using Migrator.Reporting;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate plan</c>: what <c>up</c> would do and everything that would stop it, with its exit code. Never writes.</summary>
internal sealed class PlanCommand : MigrateCommand
{
    public override string Name => "plan";

    public override string Description => "Show what 'up' would do, and every problem it would meet, without changing anything.";

    public override IReadOnlyList<Setting> Settings =>
    [
        .. KnownSettings.Common, KnownSettings.Target, KnownSettings.OutOfOrder, KnownSettings.Timeout, KnownSettings.Placeholder,
        KnownSettings.NoPlaceholders, KnownSettings.SqlFlag,
    ];

    public override async Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        ScriptSet scripts = ScriptFolders.Read(run.Options.Directories);
        await using RunSession session = await run.ConnectAsync(cancellation).ConfigureAwait(false);
        Plan plan = await session.PlanAsync(scripts, cancellation).ConfigureAwait(false);
        run.Report.Warnings(plan.Warnings);
        Assessment assessment = await session.AssessAsync(plan, cancellation).ConfigureAwait(false);
        if (run.Options.ShowSql)
        {
            run.Sql = [.. assessment.Scripts.Select(s => new PlannedSql(s.Script, s.Text))];
        }

        assessment.ThrowIfWrong();
        return ExitCode.Done;
    }
}
