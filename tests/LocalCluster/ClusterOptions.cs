namespace Migrator.LocalCluster;

/// <summary>The cluster's pauses. The defaults are those of Kubernetes; tests that wait for one shorten it.</summary>
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

    /// <summary>How long until a missing Secret or ConfigMap is looked for again. Default 1 s.</summary>
    public TimeSpan SyncPeriod { get; init; } = TimeSpan.FromSeconds(1);
}
