namespace Migrator.LocalCluster.Kubelet;

/// <summary>Finds the logs of containers.</summary>
internal interface INodeLogs
{
    /// <summary>Returns the log of a container's current or previous run; null if there was no such run.</summary>
    /// <param name="podUid">The UID of the pod.</param>
    /// <param name="container">The container's name.</param>
    /// <param name="previous">Whether to return the log of the previous run.</param>
    ContainerLog? Find(string podUid, string container, bool previous);
}
