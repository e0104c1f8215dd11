namespace Migrator.LocalCluster.History;

/// <summary>What happened.</summary>
public enum HistoryEventType
{
    /// <summary>An object was made.</summary>
    Added,

    /// <summary>An object was changed, its status included.</summary>
    Modified,

    /// <summary>An object is gone.</summary>
    Deleted,

    /// <summary>A container's process was started.</summary>
    ContainerStarted,

    /// <summary>A container's process has ended.</summary>
    ContainerTerminated,

    /// <summary>A pod's condition Ready became true.</summary>
    PodReady,

    /// <summary>A pod's condition Ready became false after it was true.</summary>
    PodNotReady,
}
