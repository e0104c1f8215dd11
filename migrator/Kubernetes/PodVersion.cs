using System.Text.Json;

namespace Migrator.Kubernetes;

/// <summary>Reads the version of pods: the environment variable <c>MIGRATE_SET</c> of their containers.</summary>
internal static class PodVersion
{
    /// <summary>The environment variable with the version.</summary>
    public const string Variable = "MIGRATE_SET";

    /// <summary>
    /// Describes a pod of another version that runs or can start; null for other pods. Pods with the phase Succeeded or Failed have no running container and never
    /// start again; an evicted pod is Failed (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase). A pod that terminates still answers requests.
    /// With the phase Unknown, or without a phase, nothing is known about its containers.
    /// </summary>
    /// <param name="pod">The pod.</param>
    /// <param name="set">This version.</param>
    public static string? DescribeOther(JsonElement pod, string set)
    {
        if (pod.Text("status", "phase") is "Succeeded" or "Failed" || Has(pod, set))
        {
            return null;
        }

        string name = pod.Text("metadata", "name") ?? "(no name)";
        return pod.Find("metadata", "deletionTimestamp") is not null ? $"{name} (terminating)"
            : Variables(pod).Any(v => v.Find("valueFrom") is not null) ? $"{name} ({Variable} has no literal value)"
            : name;
    }

    /// <summary>Whether one of the containers, init containers or sidecars of a pod or of a template has this version.</summary>
    /// <param name="pod">The pod or the template.</param>
    /// <param name="set">This version.</param>
    public static bool Has(JsonElement pod, string set) => Variables(pod).Any(v => v.Text("value") == set);

    // If a container has a variable twice, the last one counts.
    private static IEnumerable<JsonElement> Variables(JsonElement pod)
        => pod.Items("spec", "initContainers").Concat(pod.Items("spec", "containers"))
            .SelectMany(c => c.Items("env").Where(v => v.Text("name") == Variable).TakeLast(1));
}
