using k8s.Models;

namespace Migrator.EndToEnd.Observation;

/// <summary>Properties of pods and Jobs that tests often need.</summary>
public static class KubernetesObjects
{
    /// <summary>The name of the chart's application container.</summary>
    private const string App = "app";

    private const string Gate = "gate";

    /// <summary>
    /// Returns the image of the application's container, or null if the pod does not belong to the application.
    /// </summary>
    public static string? AppImage(this V1Pod pod) => pod.Spec.Containers.FirstOrDefault(c => c.Name == App)?.Image;

    /// <summary>Returns the status of the application's container, or null if it has none yet.</summary>
    public static V1ContainerStatus? AppStatus(this V1Pod pod) =>
        pod.Status?.ContainerStatuses?.FirstOrDefault(c => c.Name == App);

    /// <summary>Returns whether the application's container has started in this pod.</summary>
    public static bool AppHasStarted(this V1Pod pod) => pod.AppStatus() is { } status
        && (status.State?.Running is not null || status.State?.Terminated is not null || status.RestartCount > 0);

    /// <summary>Returns whether the gate is running in this pod.</summary>
    public static bool IsGateRunning(this V1Pod pod) =>
        pod.Status?.InitContainerStatuses?.Any(c => c.Name == Gate && c.State?.Running is not null) == true;

    /// <summary>Returns whether the pod is ready.</summary>
    public static bool IsReady(this V1Pod pod) =>
        pod.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;

    /// <summary>Returns whether the Job has succeeded.</summary>
    public static bool IsComplete(this V1Job job) =>
        job.Status?.Conditions?.Any(c => c is { Type: "Complete", Status: "True" }) == true;

    /// <summary>Returns whether the Job has failed.</summary>
    public static bool IsFailed(this V1Job job) =>
        job.Status?.Conditions?.Any(c => c is { Type: "Failed", Status: "True" }) == true;
}
