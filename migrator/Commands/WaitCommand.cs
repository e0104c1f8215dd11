using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Reporting.Results;

namespace Migrator.Commands;

/// <summary>
/// <c>migrate wait</c>, the gate of a deployment: waits until the database has every migration of the folder. Never writes.
/// </summary>
internal sealed class WaitCommand : MigrateCommand<WaitResult>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public override string Name => "wait";

    public override string Description => "Wait until the database has every migration of the folder. Never writes.";

    public override IReadOnlyList<Setting> Settings => [.. KnownSettings.Common, KnownSettings.WaitTimeout];

    public override Setting Timeout => KnownSettings.WaitTimeout;

    // As for --connect-wait and --lock-wait, 0s means one attempt without a time limit.
    public override TimeSpan? TimeLimit(MigrateOptions options) => options.Timeout == TimeSpan.Zero ? null : options.Timeout;

    protected override async Task RunAsync(WaitResult result, CommandContext context, CancellationToken cancellation)
    {
        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation, onlyReads: true).ConfigureAwait(false);
        result.History = session.History;
        string reported = "";
        while (true)
        {
            Plan plan = result.Plan = await session.PlanAsync(cancellation).ConfigureAwait(false);
            if (plan.GateProblems.Count > 0)
            {
                throw new MigrateException(ExitCode.HistoryMismatch, plan.GateProblems);
            }

            if (plan.Awaited.Count == 0)
            {
                return;
            }

            if (context.Options.Timeout == TimeSpan.Zero)
            {
                throw result.TimedOut(TimeSpan.Zero);
            }

            string pending = string.Join(", ", plan.Awaited.Select(s => s.FileName));
            if (pending != reported)
            {
                context.Progress.Waiting($"waiting for {pending}");
                reported = pending;
            }

            await Task.Delay(Pause, context.Time, cancellation).ConfigureAwait(false);
        }
    }
}
