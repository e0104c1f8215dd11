namespace Migrator.LocalCluster.Storage;

/// <summary>The kinds of objects that the API serves.</summary>
internal static class Kinds
{
    public static readonly ResourceKind Namespace = new("", "v1", "Namespace", "namespaces")
    {
        IsNamespaced = false,
        HasStatus = true,
        ShortNames = ["ns"],
    };

    public static readonly ResourceKind ConfigMap = new("", "v1", "ConfigMap", "configmaps") { ShortNames = ["cm"] };
    public static readonly ResourceKind Secret = new("", "v1", "Secret", "secrets");
    public static readonly ResourceKind ServiceAccount =
        new("", "v1", "ServiceAccount", "serviceaccounts") { ShortNames = ["sa"] };

    public static readonly ResourceKind Event = new("", "v1", "Event", "events") { ShortNames = ["ev"] };
    public static readonly ResourceKind Service = new("", "v1", "Service", "services")
    {
        ShortNames = ["svc"],
        IsInAll = true,
        HasStatus = true,
    };

    public static readonly ResourceKind PersistentVolumeClaim =
        new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims") { ShortNames = ["pvc"], HasStatus = true };

    public static readonly ResourceKind Pod = new("", "v1", "Pod", "pods")
    {
        ShortNames = ["po"],
        IsInAll = true,
        HasStatus = true,
        CountsGenerations = true,
    };

    public static readonly ResourceKind Deployment = new("apps", "v1", "Deployment", "deployments")
    {
        ShortNames = ["deploy"],
        IsInAll = true,
        HasStatus = true,
        CountsGenerations = true,
    };

    public static readonly ResourceKind ReplicaSet = new("apps", "v1", "ReplicaSet", "replicasets")
    {
        ShortNames = ["rs"],
        IsInAll = true,
        HasStatus = true,
        CountsGenerations = true,
    };

    public static readonly ResourceKind StatefulSet = new("apps", "v1", "StatefulSet", "statefulsets")
    {
        ShortNames = ["sts"],
        IsInAll = true,
        HasStatus = true,
        CountsGenerations = true,
    };

    public static readonly ResourceKind ControllerRevision = new("apps", "v1", "ControllerRevision", "controllerrevisions");

    public static readonly ResourceKind Job = new("batch", "v1", "Job", "jobs")
    {
        IsInAll = true,
        HasStatus = true,
        CountsGenerations = true,
    };

    public static readonly ResourceKind Ingress = new("networking.k8s.io", "v1", "Ingress", "ingresses")
    {
        ShortNames = ["ing"],
        HasStatus = true,
        CountsGenerations = true,
    };

    public static readonly ResourceKind NetworkPolicy =
        new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies")
        {
            ShortNames = ["netpol"],
            CountsGenerations = true,
        };

    public static readonly ResourceKind HorizontalPodAutoscaler =
        new("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
        {
            ShortNames = ["hpa"],
            IsInAll = true,
            HasStatus = true,
        };

    public static readonly ResourceKind PodDisruptionBudget =
        new("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets")
        {
            ShortNames = ["pdb"],
            HasStatus = true,
            CountsGenerations = true,
        };

    public static readonly ResourceKind EndpointSlice =
        new("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices");

    public static readonly ResourceKind Role = new("rbac.authorization.k8s.io", "v1", "Role", "roles");
    public static readonly ResourceKind RoleBinding = new("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings");

    /// <summary>All kinds, in the order of the discovery documents.</summary>
    public static IReadOnlyList<ResourceKind> All { get; } =
    [
        Namespace, ConfigMap, Secret, ServiceAccount, Event, Service, PersistentVolumeClaim, Pod,
        Deployment, ReplicaSet, StatefulSet, ControllerRevision, Job, Ingress, NetworkPolicy, HorizontalPodAutoscaler, PodDisruptionBudget, EndpointSlice,
        Role, RoleBinding,
    ];

    public static ResourceKind? Find(string group, string version, string plural) =>
        All.FirstOrDefault(k => k.Group == group && k.Version == version && k.Plural == plural);

    public static ResourceKind? FindKind(string apiVersion, string kind) =>
        All.FirstOrDefault(k => k.ApiVersion == apiVersion && k.Kind == kind);
}
