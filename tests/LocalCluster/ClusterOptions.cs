namespace Migrator.LocalCluster;

/// <summary>
/// The cluster's pauses and delays. The defaults are those of Kubernetes, where it has one; tests that wait for one
/// shorten it.
/// </summary>
public sealed record ClusterOptions
{
    /// <summary>
    /// How long a Job waits before it replaces its first failed pod; doubled with each further one. Default 10 s.
    /// </summary>
    public TimeSpan JobBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a container waits before its second restart; doubled with each further one, up to 5 minutes. Default 10 s.
    /// </summary>
    public TimeSpan CrashLoopBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long until an image that is not there is looked for again; doubled each time, up to 5 minutes. Default 10 s.
    /// </summary>
    public TimeSpan ImagePullBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long after a change of its pods the status of a Job follows. Default 1 s (<c>syncJobBatchPeriod</c> of
    /// pkg/controller/job).
    /// </summary>
    public TimeSpan JobSyncPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long until the garbage collector deletes the pods of a deleted owner, and how long until the kubelet begins to
    /// end a deleted pod. Kubernetes promises no time for either. Default 500 ms.
    /// </summary>
    public TimeSpan DeletionDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long until a missing Secret or ConfigMap is looked for again. Default 1 s.</summary>
    public TimeSpan SyncPeriod { get; init; } = TimeSpan.FromSeconds(1);
}
