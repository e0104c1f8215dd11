using System.Text.Json.Nodes;
using Migrator.LocalCluster.Access;
using Migrator.LocalCluster.Controllers;
using Migrator.LocalCluster.History;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>The objects that the parts of a running pod share.</summary>
internal sealed class PodContext
{
    public required ObjectStore Store { get; init; }

    public required EventRecorder Events { get; init; }

    public required ClusterHistory History { get; init; }

    public required ClusterOptions Options { get; init; }

    public required Func<string, ImageProgram?> FindImage { get; init; }

    public required ObjectKey Key { get; init; }

    /// <summary>The pod's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The pod's address.</summary>
    public required string Address { get; init; }

    /// <summary>Issues the token of the pod.</summary>
    public required ClusterIdentity Identity { get; init; }

    public required PodVolumes Volumes { get; init; }

    /// <summary>
    /// The pod with its current spec, and its address in the status. It is shared, so callers must not change it.
    /// </summary>
    public required JsonObject Pod { get; set; }

    /// <summary>Updates the pod's status.</summary>
    public required Action Report { get; init; }

    public string HostName => Pod.Text("spec", "hostname") ?? Key.Name;

    public TimeSpan Grace => TimeSpan.FromSeconds(
        Pod.Whole("metadata", "deletionGracePeriodSeconds") ?? Pod.Whole("spec", "terminationGracePeriodSeconds") ?? 30);
}
