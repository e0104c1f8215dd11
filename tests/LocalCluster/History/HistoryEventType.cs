namespace Migrator.LocalCluster.History;

/// <summary>The type of an event.</summary>
public enum HistoryEventType
{
    /// <summary>An object was created.</summary>
    Added,

    /// <summary>An object or its status was changed.</summary>
    Modified,

    /// <summary>An object was removed.</summary>
    Deleted,

    /// <summary>A container's process was started.</summary>
    ContainerStarted,

    /// <summary>A container's process has ended.</summary>
    ContainerTerminated,

    /// <summary>A pod's condition Ready became true.</summary>
    PodReady,

    /// <summary>A pod's condition Ready changed from true to false.</summary>
    PodNotReady,
}
