namespace Migrator.Rehearsal.Deploying;

/// <summary>
/// In which order kinds are applied. Source: <c>DeployPriority</c> of <c>KubernetesHandler.java</c>, and
/// <c>deployPriority</c> of the handlers beside it. All are applied before any is waited for.
/// </summary>
internal static class DeployPriority
{
    private const int Lowest = 1000;

    /// <summary>Lower is earlier. Kinds with the same number keep the order of the manifest.</summary>
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
