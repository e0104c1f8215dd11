using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate wait</c>: the gate. Returns once the database has at least what the folder holds. Never writes.</summary>
internal sealed class WaitCommand : MigrateCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public override string Name => "wait";

    public override string Description => "Wait until the database has every migration of the folder; never writes.";

    public override IReadOnlyList<Setting> Settings => [.. KnownSettings.Common, KnownSettings.WaitTimeout];

    public override Setting Timeout => KnownSettings.WaitTimeout;

    public override ExitCode TimeoutExitCode => ExitCode.Pending;

    public override async Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        (ScriptSet scripts, RunSession opened) = await run.OpenAsync(cancellation).ConfigureAwait(false);
        await using RunSession session = opened;
        string told = "";
        while (true)
        {
            Plan plan = await session.PlanAsync(scripts, cancellation).ConfigureAwait(false);
            if (plan.GateProblems.Count > 0)
            {
                throw new MigrateException(ExitCode.HistoryMismatch, plan.GateProblems);
            }

            if (plan.Awaited.Count == 0)
            {
                return ExitCode.Done;
            }

            if (run.Options.Timeout == TimeSpan.Zero)
            {
                // One look, as 0s means for each wait.
                throw CommandRunner.TimeoutSpent(this, run);
            }

            string pending = string.Join(", ", plan.Awaited.Select(s => s.FileName));
            if (pending != told)
            {
                run.Report.Waiting($"waiting for {pending}");
                told = pending;
            }

            await Task.Delay(Pause, run.Time, cancellation).ConfigureAwait(false);
        }
    }
}
