using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>
/// Creates the pods of a StatefulSet in order, replaces them in reverse order, and respects the partition and OnDelete.
/// </summary>
/// <remarks>https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/ and pkg/controller/statefulset/stateful_set_control.go.</remarks>
internal sealed class StatefulSetController(Registry registry, Deletion deletion) : Controller(registry)
{
    private readonly EventRecorder _events = new(registry, "statefulset-controller");

    protected override IEnumerable<ObjectKey> Affected(StoreChange change) => change.Key.Kind.Kind switch
    {
        "StatefulSet" => [change.Key],
        "Pod" => Owned.Owners(change.Object, Kinds.StatefulSet),
        _ => [],
    };

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Store.Get(key) is not { } set || Pods.IsDeleting(set))
        {
            return null;
        }

        var revisions = new Revisions(Registry, set);
        var isSettled = KeepReplicas(set, revisions) && RemoveSurplus(set);
        if (isSettled && set.Text("spec", "updateStrategy", "type") != "OnDelete")
        {
            ReplaceNext(set, revisions);
        }

        return new StatefulSetStatus(Registry).Update(key, set, revisions, PodsOf(set));
    }

    /// <summary>Creates the first missing pod. Returns false until all pods are ready.</summary>
    private bool KeepReplicas(JsonObject set, Revisions revisions)
    {
        for (var ordinal = 0; ordinal < Replicas(set); ordinal++)
        {
            var pod = PodsOf(set).FirstOrDefault(p => Ordinal(p) == ordinal);
            if (pod is null)
            {
                Create(set, ordinal, ordinal < Partition(set) ? revisions.Current : revisions.Update);
                return false;
            }

            if (Pods.IsFinished(pod) && !Pods.IsDeleting(pod))
            {
                Delete(set, pod);
                return false;
            }

            if (Pods.IsDeleting(pod) || !IsAvailable(set, pod))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Deletes the pod with the highest number that is too many. Returns false until there is none.</summary>
    private bool RemoveSurplus(JsonObject set)
    {
        var surplus = PodsOf(set).Where(p => Ordinal(p) >= Replicas(set)).MaxBy(Ordinal);
        if (surplus is not null && !Pods.IsDeleting(surplus))
        {
            Delete(set, surplus);
        }

        return surplus is null;
    }

    private void ReplaceNext(JsonObject set, Revisions revisions)
    {
        var next = PodsOf(set).Where(p => Ordinal(p) >= Partition(set) && Revisions.Of(p) != revisions.Update.Text("metadata", "name")).MaxBy(Ordinal);
        if (next is not null)
        {
            Delete(set, next);
        }
    }

    private void Create(JsonObject set, int ordinal, JsonObject revision)
    {
        var versioned = set.Copy();
        versioned.Ensure("spec")["template"] = Revisions.Template(revision);
        var pod = Owned.NewPod(versioned);
        var name = string.Create(CultureInfo.InvariantCulture, $"{set.Text("metadata", "name")}-{ordinal}");
        var metadata = pod.Ensure("metadata");
        metadata.Remove("generateName");
        metadata["name"] = name;
        metadata.Ensure("labels")[Revisions.Label] = revision.Text("metadata", "name");
        metadata.Ensure("labels")["statefulset.kubernetes.io/pod-name"] = name;
        metadata.Ensure("labels")["apps.kubernetes.io/pod-index"] = ordinal.ToString(CultureInfo.InvariantCulture);
        pod.Ensure("spec")["hostname"] = name;
        Registry.Create(Kinds.Pod, set.Text("metadata", "namespace")!, pod, Owned.Context);
        _events.Normal(set, "SuccessfulCreate", $"create Pod {name} in StatefulSet {set.Text("metadata", "name")} successful");
    }

    private void Delete(JsonObject set, JsonObject pod)
    {
        deletion.Delete(ObjectKey.Of(Kinds.Pod, pod), new DeleteOptions());
        _events.Normal(set, "SuccessfulDelete", $"delete Pod {pod.Text("metadata", "name")} in StatefulSet {set.Text("metadata", "name")} successful");
    }

    private JsonObject[] PodsOf(JsonObject set) => Owned.By(set, Kinds.Pod, Store);

    private static bool IsAvailable(JsonObject set, JsonObject pod) => StatefulSetStatus.IsAvailable(set, pod);

    private static long Replicas(JsonObject set) => set.Whole("spec", "replicas") ?? 1;

    private static long Partition(JsonObject set) => set.Whole("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;

    private static int Ordinal(JsonObject pod)
    {
        var name = pod.Text("metadata", "name")!;
        return int.Parse(name[(name.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);
    }
}
