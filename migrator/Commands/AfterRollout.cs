using Migrator.Configuration;
using Migrator.Kubernetes;

namespace Migrator.Commands;

/// <summary>The wait of <c>--after-rollout</c> and <c>--after-pods</c>, which does not use the database.</summary>
/// <param name="context">The context of the command.</param>
internal sealed class AfterRollout(CommandContext context)
{
    private readonly Dictionary<WorkloadName, string?> _identities = [];

    /// <summary>Waits for at most <c>--rollout-wait</c>, if one of the options is set.</summary>
    /// <param name="untilComplete">Whether the rollouts must be complete, too: all pods of this version are available.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="MigrateException">See <see cref="RolloutWait.RunAsync"/>; also for a wrong name or selector, and outside a pod (2).</exception>
    public Task WaitAsync(bool untilComplete, CancellationToken cancellation)
        => RunAsync(w => w.RunAsync(untilComplete, context.Options.RolloutWait, cancellation));

    /// <summary>Looks once more for pods of another version, if one of the options is set. See <see cref="RolloutWait"/>. A workload that was created again since <see cref="WaitAsync"/> is found, too.</summary>
    /// <param name="cancellation">Ends the look.</param>
    /// <exception cref="MigrateException">See <see cref="WaitAsync"/>.</exception>
    public Task LookAgainAsync(CancellationToken cancellation)
        => RunAsync(w => w.LookAgainAsync(cancellation));

    /// <summary>Gets the option that is set, for messages.</summary>
    public static string FlagOf(MigrateOptions options) => (options.AfterRollout.Count > 0 ? KnownSettings.AfterRollout : KnownSettings.AfterPods).Flag;

    private async Task RunAsync(Func<RolloutWait, Task> run)
    {
        MigrateOptions options = context.Options;
        if (!options.WaitsForPods)
        {
            return;
        }

        var targets = new RolloutTargets([.. options.AfterRollout.Select(Parse)], [.. options.AfterPods.Select(Selector)]);
        if (context.Environment.GetValueOrDefault(PodVersion.Variable, "") is not { Length: > 0 } set)
        {
            throw Usage($"{FlagOf(options)} needs the environment variable {PodVersion.Variable}, which the pods of this version have, too");
        }

        if (set.Contains("$(", StringComparison.Ordinal))
        {
            // https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
            throw Usage($"{PodVersion.Variable} is '{set}': Kubernetes did not replace the variable, so the pods of all versions would have this value");
        }

        PodCredentials credentials = PodCredentials.From(context.Environment);
        using var connection = new ApiConnection(credentials, context.Redactor, context.Time);
        await run(new RolloutWait(new KubernetesApi(connection, credentials, context.Progress, context.Time), targets, set, _identities, context.Progress, context.Time)).ConfigureAwait(false);
    }

    private static WorkloadName Parse(string text) => WorkloadName.Parse(text)
        ?? throw Usage($"{KnownSettings.AfterRollout.Flag}: '{text}' is not the name of a workload: deployment/NAME or statefulset/NAME");

    // The API server checks the syntax. An empty selector is valid there.
    private static string Selector(string text) => text.Trim().Length > 0 ? text.Trim()
        : throw Usage($"{KnownSettings.AfterPods.Flag} is empty, which would select all pods of the namespace");

    private static MigrateException Usage(string message) => new(ExitCode.Usage, new Problem("usage", message));
}
