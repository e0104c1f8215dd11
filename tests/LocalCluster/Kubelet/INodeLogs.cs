namespace Migrator.LocalCluster.Kubelet;

/// <summary>Where the logs of containers are.</summary>
internal interface INodeLogs
{
    /// <summary>The log of a container's current run, or of the one before; null when it has not run.</summary>
    /// <param name="podUid">The pod.</param>
    /// <param name="container">The container's name.</param>
    /// <param name="previous">The run before the current one.</param>
    ContainerLog? Find(string podUid, string container, bool previous);
}
