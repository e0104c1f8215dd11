using k8s.Models;

namespace Migrator.EndToEnd.Observation;

/// <summary>What is asked of pods and Jobs again and again.</summary>
public static class KubernetesObjects
{
    /// <summary>The name of the application's container in the chart.</summary>
    private const string App = "app";

    private const string Gate = "gate";

    /// <summary>The image of the application's container, or null: not a pod of the application.</summary>
    public static string? AppImage(this V1Pod pod) => pod.Spec.Containers.FirstOrDefault(c => c.Name == App)?.Image;

    /// <summary>The state of the application's container; null before it has one.</summary>
    public static V1ContainerStatus? AppStatus(this V1Pod pod) =>
        pod.Status?.ContainerStatuses?.FirstOrDefault(c => c.Name == App);

    /// <summary>Whether the application's container has ever run in this pod.</summary>
    public static bool AppHasStarted(this V1Pod pod) => pod.AppStatus() is { } status
        && (status.State?.Running is not null || status.State?.Terminated is not null || status.RestartCount > 0);

    /// <summary>Whether the gate is at work in this pod.</summary>
    public static bool GateRuns(this V1Pod pod) =>
        pod.Status?.InitContainerStatuses?.Any(c => c.Name == Gate && c.State?.Running is not null) == true;

    /// <summary>Whether the pod gets traffic.</summary>
    public static bool IsReady(this V1Pod pod) =>
        pod.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;

    /// <summary>Whether the Job has succeeded.</summary>
    public static bool IsComplete(this V1Job job) =>
        job.Status?.Conditions?.Any(c => c is { Type: "Complete", Status: "True" }) == true;

    /// <summary>Whether the Job has failed.</summary>
    public static bool IsFailed(this V1Job job) =>
        job.Status?.Conditions?.Any(c => c is { Type: "Failed", Status: "True" }) == true;
}
