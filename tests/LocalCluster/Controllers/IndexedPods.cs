using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>Reads and sets the completion index of the pods of an Indexed Job.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode</remarks>
internal static class IndexedPods
{
    private const string Index = "batch.kubernetes.io/job-completion-index";
    private const string FailureCount = "batch.kubernetes.io/job-index-failure-count";
    private const string Variable = "JOB_COMPLETION_INDEX";

    /// <summary>Returns the completion index of a pod; null if it has none.</summary>
    public static int? IndexOf(JsonObject pod) =>
        int.TryParse(pod.Text("metadata", "annotations", Index), CultureInfo.InvariantCulture, out var index) && index >= 0 ? index : null;

    /// <summary>Makes a new pod the pod of an index.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="index">The index.</param>
    /// <param name="failures">How often the index has failed; null for a Job without a limit for each index.</param>
    public static void Assign(JsonObject pod, int index, int? failures)
    {
        var text = index.ToString(CultureInfo.InvariantCulture);
        var start = pod.Text("metadata", "generateName")!;
        pod.Ensure("metadata")["generateName"] = $"{start}{text}-";
        pod.Ensure("metadata", "annotations")[Index] = text;
        pod.Ensure("metadata", "labels")[Index] = text;
        pod.Ensure("spec")["hostname"] = $"{start}{text}";
        if (failures is { } count)
        {
            pod.Ensure("metadata", "annotations")[FailureCount] = count.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var container in pod.Items("spec", "initContainers").Concat(pod.Items("spec", "containers")))
        {
            AddVariable(container);
        }
    }

    private static void AddVariable(JsonObject container)
    {
        if (container.Items("env").Any(v => v.Text("name") == Variable))
        {
            return;
        }

        var environment = container["env"] as JsonArray ?? [];
        environment.Add(new JsonObject
        {
            ["name"] = Variable,
            ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = $"metadata.labels['{Index}']" } },
        });
        container["env"] = environment;
    }
}
