using Migrator.Configuration;
using Migrator.Kubernetes;

namespace Migrator.Commands;

/// <summary>The wait of <c>--after-rollout</c>, which does not use the database.</summary>
internal static class AfterRollout
{
    /// <summary>Waits, if the option is set.</summary>
    /// <param name="context">The context of the command.</param>
    /// <param name="limit">How long to wait; null for no limit, zero for one look.</param>
    /// <param name="untilComplete">Whether all pods of this version must be available, too.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="MigrateException">See <see cref="RolloutWait.RunAsync"/>; also for a wrong name, and outside a pod (2).</exception>
    public static async Task WaitAsync(CommandContext context, TimeSpan? limit, bool untilComplete, CancellationToken cancellation)
    {
        if (context.Options.AfterRollout.Count == 0)
        {
            return;
        }

        WorkloadName[] workloads = [.. context.Options.AfterRollout.Select(Parse)];
        if (context.Environment.GetValueOrDefault(RolloutWait.SetName, "") is not { Length: > 0 } set)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("usage", $"{KnownSettings.AfterRollout.Flag} needs the environment variable {RolloutWait.SetName}, which the pods of this version have, too"));
        }

        using var api = new KubernetesApi(PodCredentials.From(context.Environment), context.Progress, context.Time);
        await new RolloutWait(api, set, untilComplete, context.Progress, context.Time).RunAsync(workloads, limit, cancellation).ConfigureAwait(false);
    }

    private static WorkloadName Parse(string text) => WorkloadName.Parse(text)
        ?? throw new MigrateException(ExitCode.Usage, new Problem("usage", $"{KnownSettings.AfterRollout.Flag}: '{text}' is not the name of a workload: deployment/NAME or statefulset/NAME"));
}
