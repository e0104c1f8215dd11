using System.Text.Json;
using Migrator.Configuration;

namespace Migrator.Kubernetes;

/// <summary>
/// Waits until the pods of another version have ended. The version of a pod is the environment variable <c>MIGRATE_SET</c> of its containers, which the
/// chart sets for the gate and for its Jobs. A pod that terminates still answers requests, so it counts until it is gone.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="set">The version of this command.</param>
/// <param name="untilComplete">Whether all pods of this version must be available, too.</param>
/// <param name="progress">Receives the pods that the command waits for.</param>
/// <param name="time">The clock.</param>
internal sealed class RolloutWait(KubernetesApi api, string set, bool untilComplete, IProgress progress, TimeProvider time)
{
    /// <summary>The environment variable with the version.</summary>
    public const string SetName = "MIGRATE_SET";

    private const int MostNames = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private string _left = "";

    /// <summary>Waits for the pods of workloads.</summary>
    /// <param name="workloads">The workloads.</param>
    /// <param name="limit">How long to wait; null for no limit, zero for one look.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="MigrateException">
    /// The pods have not ended in time, a workload is paused, or it does not run this version (5). The API must not be read, or a workload does not exist (2).
    /// </exception>
    public async Task RunAsync(IReadOnlyList<WorkloadName> workloads, TimeSpan? limit, CancellationToken cancellation)
    {
        using CancellationTokenSource timer = limit is { } most && most > TimeSpan.Zero ? new CancellationTokenSource(most, time) : new CancellationTokenSource();
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timer.Token);
        try
        {
            while (await FindOthersAsync(workloads, linked.Token).ConfigureAwait(false) is { Length: > 0 } others)
            {
                if (others != _left)
                {
                    _left = others;
                    progress.Waiting($"waiting until pods of another version have ended: {others}");
                }

                if (limit == TimeSpan.Zero)
                {
                    throw TimedOut(TimeSpan.Zero);
                }

                await Task.Delay(Pause, time, linked.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw TimedOut(limit ?? TimeSpan.Zero);
        }
    }

    private async Task<string> FindOthersAsync(IReadOnlyList<WorkloadName> workloads, CancellationToken cancellation)
    {
        var others = new List<string>();
        foreach (WorkloadName name in workloads)
        {
            JsonElement workload = await api.GetAsync(name, cancellation).ConfigureAwait(false);
            ThrowIfOther(name, workload);
            if ((workload.Number("status", "observedGeneration") ?? 0) < (workload.Number("metadata", "generation") ?? 0))
            {
                // The controller has not seen the new template yet, so it may still start pods of the other version.
                others.Add($"{name} (its controller has not reacted yet)");
            }
            else if (untilComplete && !IsComplete(workload))
            {
                others.Add($"{name} (not all of its pods are available)");
            }

            foreach (JsonElement pod in await api.ListPodsAsync(SelectorOf(workload), cancellation).ConfigureAwait(false))
            {
                if (pod.Text("status", "phase") is not ("Succeeded" or "Failed") && !HasSet(pod))
                {
                    others.Add(pod.Text("metadata", "name") ?? "(no name)");
                }
            }
        }

        return others.Count <= MostNames
            ? string.Join(", ", others)
            : $"{string.Join(", ", others.Take(MostNames))} and {others.Count - MostNames} more";
    }

    // As `kubectl rollout status` decides it: all pods have the new template and are available. Only pods of the new template exist then, unless a StatefulSet has a partition.
    private static bool IsComplete(JsonElement workload)
    {
        long replicas = workload.Number("spec", "replicas") ?? 1;
        return (workload.Number("status", "updatedReplicas") ?? 0) >= replicas && (workload.Number("status", "availableReplicas") ?? 0) >= replicas;
    }

    private void ThrowIfOther(WorkloadName name, JsonElement workload)
    {
        if (workload.Find("spec", "paused")?.ValueKind == JsonValueKind.True)
        {
            throw new MigrateException(ExitCode.Pending, new Problem("rollout-paused", $"{name} is paused, so its pods of another version do not end")
            {
                Advice = $"Resume it (kubectl rollout resume {name}), then run again.",
            });
        }

        if (workload.Find("spec", "template") is not { } template || !HasSet(template))
        {
            throw new MigrateException(ExitCode.Pending, new Problem("other-version", $"{name} does not run this version: no container of its template has {SetName}={set}")
            {
                Advice = "Deploy this version first. The gate of the chart sets the variable.",
            });
        }
    }

    // Whether one of the containers belongs to this version.
    private bool HasSet(JsonElement pod)
        => pod.Items("spec", "initContainers").Concat(pod.Items("spec", "containers"))
            .Any(c => c.Items("env").Any(v => v.Text("name") == SetName && v.Text("value") == set));

    // https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
    private static string SelectorOf(JsonElement workload)
    {
        IEnumerable<string> labels = workload.Find("spec", "selector", "matchLabels") is { } map ? map.EnumerateObject().Select(l => $"{l.Name}={l.Value.GetString()}") : [];
        IEnumerable<string> expressions = workload.Items("spec", "selector", "matchExpressions").Select(e =>
        {
            string key = e.Text("key")!;
            string values = string.Join(",", e.Items("values").Select(v => v.GetString()));
            return e.Text("operator") switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "Exists" => key,
                _ => $"!{key}",
            };
        });
        return string.Join(",", labels.Concat(expressions));
    }

    private MigrateException TimedOut(TimeSpan waited) => new(
        ExitCode.Pending,
        new Problem("pods-left", $"pods of another version have not ended after {Duration.Format(waited)}{(_left.Length > 0 ? ": " + _left : "")}")
        {
            Advice = "Find out why they do not end (kubectl describe pod), then run again, or raise --rollout-wait.",
        });
}
