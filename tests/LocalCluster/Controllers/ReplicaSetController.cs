using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Controllers;

/// <summary>Creates and deletes pods to match the number of replicas of a ReplicaSet.</summary>
internal sealed class ReplicaSetController(Registry registry, Deletion deletion) : Controller(registry)
{
    private readonly EventRecorder _events = new(registry, "replicaset-controller");

    protected override IEnumerable<ObjectKey> Affected(StoreChange change) => change.Key.Kind.Kind switch
    {
        "ReplicaSet" => [change.Key],
        "Pod" => Owned.Owners(change.Object, Kinds.ReplicaSet),
        _ => [],
    };

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Store.Get(key) is not { } set)
        {
            return null;
        }

        var pods = Owned.By(set, Kinds.Pod, Store);
        var active = pods.Where(Pods.IsActive).ToList();
        if (!Pods.IsDeleting(set))
        {
            Scale(set, active);
            active = [.. Owned.By(set, Kinds.Pod, Store).Where(Pods.IsActive)];
        }

        return UpdateStatus(key, set, active);
    }

    private void Scale(JsonObject set, List<JsonObject> active)
    {
        var missing = (set.Whole("spec", "replicas") ?? 1) - active.Count;
        for (var number = 0; number < missing; number++)
        {
            Create(set);
        }

        // Deletes pods that are not ready first, then the newest.
        foreach (var pod in active
            .OrderBy(Pods.IsReady)
            .ThenByDescending(p => p.Time("metadata", "creationTimestamp"))
            .Take((int)Math.Max(0, -missing)))
        {
            deletion.Delete(ObjectKey.Of(Kinds.Pod, pod), new DeleteOptions());
            _events.Normal(set, "SuccessfulDelete", $"Deleted pod: {pod.Text("metadata", "name")}");
        }
    }

    private void Create(JsonObject set)
    {
        try
        {
            var pod = Registry.Create(Kinds.Pod, set.Text("metadata", "namespace")!, Owned.NewPod(set), Owned.Context);
            _events.Normal(set, "SuccessfulCreate", $"Created pod: {pod.Text("metadata", "name")}");
        }
        catch (ApiException refusal)
        {
            _events.Warning(set, "FailedCreate", $"Error creating: {refusal.Message}");
            Registry.Update(
                ObjectKey.Of(Kinds.ReplicaSet, set),
                current =>
                {
                    Conditions.Set(
                        current.Ensure("status"),
                        "ReplicaFailure",
                        true,
                        "FailedCreate",
                        refusal.Message,
                        Registry.Now);
                    return current;
                },
                Owned.StatusContext);
            throw;
        }
    }

    private TimeSpan? UpdateStatus(ObjectKey key, JsonObject set, List<JsonObject> active)
    {
        var minimum = TimeSpan.FromSeconds(set.Whole("spec", "minReadySeconds") ?? 0);
        var readyTimes = active
            .Where(Pods.IsReady)
            .Select(
                p => p.Items("status", "conditions").First(c => c.Text("type") == "Ready").Time("lastTransitionTime"))
            .ToArray();
        var available = readyTimes.Count(t => minimum == TimeSpan.Zero || DateTimeOffset.UtcNow - t >= minimum);
        var hash = set.Map("spec", "template", "metadata", "labels");
        Registry.Update(
            key,
            current =>
            {
                var status = current.Ensure("status");
                status["replicas"] = active.Count;
                Count(status, "fullyLabeledReplicas", active.Count(
                    p => hash.All(l => p.Text("metadata", "labels", l.Key) == l.Value)));
                Count(status, "readyReplicas", readyTimes.Length);
                Count(status, "availableReplicas", available);
                status["observedGeneration"] = set.Whole("metadata", "generation");
                if (active.Count >= (set.Whole("spec", "replicas") ?? 1))
                {
                    (status["conditions"] as JsonArray)?.RemoveAll(c => c.Text("type") == "ReplicaFailure");
                }

                return current;
            },
            Owned.StatusContext);
        return available < readyTimes.Length ? TimeSpan.FromMilliseconds(500) : null;
    }

    // Like Go's omitempty: 0 removes the field.
    private static void Count(JsonObject status, string name, int count)
    {
        if (count == 0)
        {
            status.Remove(name);
        }
        else
        {
            status[name] = count;
        }
    }
}
