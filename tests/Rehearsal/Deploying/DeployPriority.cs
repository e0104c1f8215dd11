namespace Migrator.Rehearsal.Deploying;

/// <summary>
/// The order in which kinds are applied. Source: <c>DeployPriority</c> of <c>KubernetesHandler.java</c>, and
/// <c>deployPriority</c> of the other handlers. Spinnaker applies all objects before it waits for any.
/// </summary>
internal static class DeployPriority
{
    private const int Lowest = 1000;

    /// <summary>Returns the priority of a kind. Lower values are applied first. Kinds with the same priority keep the order of the manifest.</summary>
    public static int Of(string kind) => kind switch
    {
        "Namespace" => 0,
        "Role" or "ClusterRole" => 20,
        "RoleBinding" or "ClusterRoleBinding" or "CustomResourceDefinition" => 30,
        "ServiceAccount" or "PersistentVolume" or "StorageClass" => 40,
        "MutatingWebhookConfiguration" or "ValidatingWebhookConfiguration" => 40,
        "ConfigMap" or "Secret" or "PersistentVolumeClaim" => 50,
        "Service" or "Ingress" or "NetworkPolicy" => 70,
        "APIService" => 80,
        "PodDisruptionBudget" or "LimitRange" => 90,
        "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet" or "CronJob" or "Job" or "Pod" => 100,
        "HorizontalPodAutoscaler" => 110,
        _ => Lowest,
    };
}
