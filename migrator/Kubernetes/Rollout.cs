using System.Text.Json;

namespace Migrator.Kubernetes;

/// <summary>The state of the rollout of a Deployment or StatefulSet.</summary>
/// <param name="name">The name of the workload.</param>
/// <param name="workload">The object of the API.</param>
internal sealed class Rollout(WorkloadName name, JsonElement workload)
{
    /// <summary>
    /// Whether the controller has not seen the newest change of the workload yet. Then the status is about an earlier template, and pods of it can still be created.
    /// </summary>
    public bool IsUnobserved => (Status("observedGeneration") ?? 0) < (workload.Number("metadata", "generation") ?? 0);

    /// <summary>The identity of the object, which changes when it is deleted and created again.</summary>
    public string? Uid => workload.Text("metadata", "uid");

    /// <summary>The label selector of the pods, as in a query of the API (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors).</summary>
    public string Selector
    {
        get
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
    }

    private long Replicas => workload.Number("spec", "replicas") ?? 1;

    private bool IsOnDelete => workload.Text("spec", "updateStrategy", "type") == "OnDelete";

    private long Partition => workload.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;

    /// <summary>Checks that the workload rolls out this version.</summary>
    /// <param name="set">This version.</param>
    /// <exception cref="MigrateException">The workload is paused, or its template has another version (5).</exception>
    public void ThrowIfOther(string set)
    {
        if (workload.Find("spec", "paused")?.ValueKind == JsonValueKind.True)
        {
            throw new MigrateException(ExitCode.Pending, new Problem("rollout-paused", $"{name} is paused, so its pods of another version do not end")
            {
                Advice = $"Resume it (kubectl rollout resume {name}), then run again.",
            });
        }

        if (workload.Find("spec", "template") is not { } template || !PodVersion.Has(template, set))
        {
            throw new MigrateException(ExitCode.Pending, new Problem("other-version", $"{name} does not run this version: no container of its template has {PodVersion.Variable}={set}")
            {
                Advice = "Deploy this version first. The gate of the chart sets the variable.",
            });
        }
    }

    /// <summary>
    /// Describes why the rollout is not complete, as <c>kubectl rollout status</c> decides it; null if it is. kubectl accepts pods of another version below the partition
    /// of a StatefulSet and does not support OnDelete; here, all pods must be updated.
    /// (https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollout_status.go)
    /// </summary>
    public string? DescribeIncomplete()
    {
        long updated = Status("updatedReplicas") ?? 0;
        long available = Status("availableReplicas") ?? 0;
        long all = Status("replicas") ?? 0;
        bool isComplete = updated >= Replicas && available >= Replicas
            && (name.IsStatefulSet || (all <= updated && available >= updated && (Status("unavailableReplicas") ?? 0) == 0));
        if (isComplete)
        {
            return null;
        }

        bool isStuck = workload.Items("status", "conditions").Any(c => c.Text("type") == "Progressing" && c.Text("reason") == "ProgressDeadlineExceeded");
        return $"its rollout is not complete: {Replicas} pods wanted, {all} exist, {updated} of this version, {available} available{(isStuck ? "; it has exceeded its progress deadline" : "")}";
    }

    /// <summary>
    /// Describes why a StatefulSet does not replace its pods of another version; null if it does. Below the partition, the controller even creates such pods again, until
    /// all pods are updated (<c>status.currentRevision</c>).
    /// (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies)
    /// </summary>
    /// <param name="hasOtherPods">Whether it has pods of another version.</param>
    public string? DescribeKept(bool hasOtherPods) => name switch
    {
        { IsStatefulSet: false } => null,
        _ when IsOnDelete => hasOtherPods ? "its update strategy OnDelete keeps pods of another version until they are deleted" : null,
        _ when Partition > 0 && (hasOtherPods || workload.Text("status", "currentRevision") != workload.Text("status", "updateRevision"))
            => $"its partition {Partition} keeps pods of another version",
        _ => null,
    };

    private long? Status(string member) => workload.Number("status", member);
}
