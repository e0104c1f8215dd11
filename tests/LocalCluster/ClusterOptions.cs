namespace Migrator.LocalCluster;

/// <summary>
/// The cluster's delays. The defaults are those of Kubernetes, if it has one. Tests use shorter delays.
/// </summary>
public sealed record ClusterOptions
{
    /// <summary>
    /// The delay before a Job replaces its first failed pod. It doubles with each further failure. Default: 10 s.
    /// </summary>
    public TimeSpan JobBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The delay before the second restart of a container. It doubles with each further restart, up to 5 minutes.
    /// Default: 10 s.
    /// </summary>
    public TimeSpan CrashLoopBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The delay before a failed image pull is retried. It doubles with each further failure, up to 5 minutes. Default:
    /// 10 s.
    /// </summary>
    public TimeSpan ImagePullBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The delay between a change of a Job's pods and the update of the Job's status. Default: 1 s
    /// (<c>syncJobBatchPeriod</c> in pkg/controller/job).
    /// </summary>
    public TimeSpan JobSyncPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The delay before the garbage collector deletes the pods of a deleted owner, and the delay before the kubelet
    /// starts to stop a deleted pod. Kubernetes guarantees neither delay. Default: 500 ms.
    /// </summary>
    public TimeSpan DeletionDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How old the list of a Service's pods can be when a request is sent to one of them. Kubernetes guarantees no limit. Default: 1 s.
    /// </summary>
    public TimeSpan EndpointDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The delay before a missing Secret or ConfigMap is checked again. Default: 1 s.</summary>
    public TimeSpan SyncPeriod { get; init; } = TimeSpan.FromSeconds(1);
}
