using System.Text.Json;
using Migrator.Configuration;

namespace Migrator.Kubernetes;

/// <summary>
/// Waits until the pods of another version have ended. The version of a pod is the environment variable <c>MIGRATE_SET</c> of its containers, which the
/// chart sets for the gate and for its Jobs.
/// </summary>
/// <remarks>
/// <para>Why no pod of another version works on the schema after a contract script: the run commits its begun rows, looks once more (<see cref="LookAgainAsync"/>), and only then runs.</para>
/// <para>1. A pod whose gate read the history before the commit existed at the commit. The second look reads the newest state, so it finds the pod, unless the pod is gone or has ended for good.</para>
/// <para>2. A pod whose gate reads the history after the commit finds a row of a script that its folder does not have, and the gate exits with 6: also if the pod is created after the second look.</para>
/// <para>3. Containers restart only in a pod that still exists (1), and a new sandbox of a pod runs its gate again (2).</para>
/// <para>4. The template is read before the pods: pods first could miss a pod that the old template creates in between. An undo after the template was read creates pods of the case 2.</para>
/// <para>5. Not covered are pods without a gate, and processes that run on after <c>kubectl delete --force</c> or on a node that the cluster cannot reach.</para>
/// </remarks>
/// <param name="api">The API server.</param>
/// <param name="targets">The workloads and pods.</param>
/// <param name="set">The version of this command.</param>
/// <param name="identities">Receives the identities of the workloads, so that a later wait of the same command finds out whether one was created again.</param>
/// <param name="progress">Receives the pods that the command waits for.</param>
/// <param name="time">The clock.</param>
internal sealed class RolloutWait(KubernetesApi api, RolloutTargets targets, string set, Dictionary<WorkloadName, string?> identities, IProgress progress, TimeProvider time)
{
    private const int MostNames = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // For one look: time for an API server that is busy, or for a controller that has not observed a change yet.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(30);

    private string _left = "";

    /// <summary>Waits for the pods.</summary>
    /// <param name="untilComplete">Whether the rollouts must be complete, too: all pods of this version are available.</param>
    /// <param name="limit">How long to wait; null for no limit, zero for one look.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="MigrateException">
    /// The pods have not ended in time, a workload is paused, or it does not run this version (5). The API must not be read, or a workload does not exist any more (2).
    /// </exception>
    public async Task RunAsync(bool untilComplete, TimeSpan? limit, CancellationToken cancellation)
    {
        bool isOneLook = limit == TimeSpan.Zero;
        TimeSpan? most = isOneLook ? LongestLook : limit;
        using CancellationTokenSource timer = most is { } given ? new CancellationTokenSource(given, time) : new CancellationTokenSource();
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            while (true)
            {
                Look look = await LookAsync(untilComplete, linked.Token).ConfigureAwait(false);
                if (look.Left.Count == 0)
                {
                    return;
                }

                Report(look.Left);
                if (isOneLook && !look.IsOnlyUnobserved)
                {
                    throw TimedOut(TimeSpan.Zero);
                }

                await Task.Delay(Pause, time, linked.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw TimedOut(most ?? TimeSpan.Zero);
        }
    }

    /// <summary>
    /// Looks once, after the begun rows of the contract scripts were committed. Whether the pods of this version are available is not asked again: an autoscaler can add a pod at
    /// any moment.
    /// </summary>
    /// <param name="cancellation">Ends the look.</param>
    /// <exception cref="MigrateException">See <see cref="RunAsync"/>.</exception>
    public Task LookAgainAsync(CancellationToken cancellation) => RunAsync(untilComplete: false, TimeSpan.Zero, cancellation);

    private async Task<Look> LookAsync(bool untilComplete, CancellationToken cancellation)
    {
        var left = new List<string>();
        int unobserved = 0;
        foreach (WorkloadName name in targets.Workloads)
        {
            JsonElement workload = await api.GetAsync(name, cancellation).ConfigureAwait(false);
            var rollout = new Rollout(name, workload);
            ThrowIfRecreated(name, rollout);
            rollout.ThrowIfOther(set);
            IReadOnlyList<string> pods = await OtherPodsAsync(rollout.Selector, cancellation).ConfigureAwait(false);
            unobserved += rollout.IsUnobserved ? 1 : 0;
            string? why = rollout.IsUnobserved ? "its controller has not reacted yet" : rollout.DescribeKept(pods.Count > 0) ?? (untilComplete ? rollout.DescribeIncomplete() : null);
            left.AddRange(why is null ? pods : [$"{name} ({why})", .. pods]);
        }

        foreach (string selector in targets.Selectors)
        {
            left.AddRange(await OtherPodsAsync(selector, cancellation).ConfigureAwait(false));
        }

        string[] all = [.. left.Distinct()];
        return new Look(all, all.Length == unobserved);
    }

    private Task<IReadOnlyList<string>> OtherPodsAsync(string selector, CancellationToken cancellation)
        => api.ListPodsAsync(selector, pod => PodVersion.DescribeOther(pod, set), cancellation);

    // A workload that was created again can have another selector, which does not select the pods of the earlier one.
    private void ThrowIfRecreated(WorkloadName name, Rollout rollout)
    {
        if (!identities.TryAdd(name, rollout.Uid) && identities[name] != rollout.Uid)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("workload-recreated", $"{name} was deleted and created again during the wait")
            {
                Advice = "Check that all pods of the deleted workload have ended, then run again.",
            });
        }
    }

    private void Report(IReadOnlyList<string> left)
    {
        string text = left.Count <= MostNames ? string.Join(", ", left) : $"{string.Join(", ", left.Take(MostNames))} and {left.Count - MostNames} more";
        if (text != _left)
        {
            _left = text;
            progress.Waiting($"waiting until pods of another version have ended: {text}");
        }
    }

    private MigrateException TimedOut(TimeSpan waited)
    {
        string pods = _left.Length > 0 ? $"pods of another version have not ended after {Duration.Format(waited)}: {_left}" : $"the pods could not be listed within {Duration.Format(waited)}";
        return new MigrateException(ExitCode.Pending, new Problem("pods-left", api.Failure is { } failure ? $"{pods}. The API server of Kubernetes did not answer: {failure}" : pods)
        {
            Advice = api.Failure is null && _left.Length > 0
                ? "Find out why they do not end (kubectl describe pod), then run again, or raise --rollout-wait."
                : "Find out why the API server cannot be reached from this pod, then run again.",
        });
    }

    private sealed record Look(IReadOnlyList<string> Left, bool IsOnlyUnobserved);
}
