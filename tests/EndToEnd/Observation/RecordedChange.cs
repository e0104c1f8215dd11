using k8s;
using k8s.Models;

namespace Migrator.EndToEnd.Observation;

/// <summary>A change of an object, as a watch told of it.</summary>
/// <param name="Version">
/// The object's resourceVersion then. All kinds here share one counter, so a later change has a larger one: on a real
/// cluster it is etcd's revision (KEP-5504 makes comparing them official).
/// </param>
/// <param name="At">When we heard of it, UTC.</param>
/// <param name="Type">Added, Modified or Deleted.</param>
/// <param name="Value">The object: a Pod, Job or Deployment.</param>
public sealed record RecordedChange(
    long Version, DateTimeOffset At, WatchEventType Type, IKubernetesObject<V1ObjectMeta> Value);
