using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Storage;

/// <summary>Reads the state of pods.</summary>
internal static class Pods
{
    public static bool IsReady(JsonObject pod) => HasCondition(pod, "Ready");

    public static bool HasCondition(JsonObject value, string type) =>
        value.Items("status", "conditions").Any(c => c.Text("type") == type && c.Text("status") == "True");

    public static bool IsFinished(JsonObject pod) => pod.Text("status", "phase") is "Succeeded" or "Failed";

    public static bool IsDeleting(JsonObject value) => value.Text("metadata", "deletionTimestamp") is not null;

    /// <summary>Returns whether the pod has finished or was deleted by force.</summary>
    public static bool IsTerminal(JsonObject pod) =>
        IsFinished(pod) || (IsDeleting(pod) && pod.Whole("metadata", "deletionGracePeriodSeconds") is null or 0);

    /// <summary>Returns whether the pod is neither finished nor being deleted.</summary>
    public static bool IsActive(JsonObject pod) => !IsFinished(pod) && !IsDeleting(pod);

    public static bool IsOwnedBy(JsonObject value, string? uid) =>
        value.Items("metadata", "ownerReferences").Any(o => o.Flag("controller") == true && o.Text("uid") == uid);
}
