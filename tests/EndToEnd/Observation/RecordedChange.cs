using k8s;
using k8s.Models;

namespace Migrator.EndToEnd.Observation;

/// <summary>A change of an object, received from a watch.</summary>
/// <param name="Version">
/// The object's resourceVersion. All kinds here share one counter, so a later change has a larger version. In a real
/// cluster, it is etcd's revision, and KEP-5504 allows clients to compare versions.
/// </param>
/// <param name="At">When the change was received, UTC.</param>
/// <param name="Type">Added, Modified or Deleted.</param>
/// <param name="Value">The object: a Pod, Job or Deployment.</param>
public sealed record RecordedChange(
    long Version, DateTimeOffset At, WatchEventType Type, IKubernetesObject<V1ObjectMeta> Value);
