using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>Updates a StatefulSet's status.</summary>
internal sealed class StatefulSetStatus(Registry registry)
{
    /// <param name="key">The StatefulSet.</param>
    /// <param name="set">The reconciled StatefulSet.</param>
    /// <param name="revisions">Its revisions.</param>
    /// <param name="pods">Its pods.</param>
    /// <returns>The time until a ready pod can become available.</returns>
    public TimeSpan? Update(ObjectKey key, JsonObject set, Revisions revisions, JsonObject[] pods)
    {
        var (current, update) = (revisions.Current.Text("metadata", "name"), revisions.Update.Text("metadata", "name"));
        var wanted = set.Whole("spec", "replicas") ?? 1;
        var ready = pods.Count(Pods.IsReady);
        var available = pods.Count(p => IsAvailable(set, p));
        var updated = pods.Count(p => !Pods.IsDeleting(p) && Revisions.Of(p) == update);
        // completeRollingUpdate in stateful_set_utils.go.
        if (set.Text("spec", "updateStrategy", "type") == "RollingUpdate" && updated == wanted && ready == wanted && pods.Length == wanted)
        {
            current = update;
        }

        registry.Update(
            key,
            value =>
            {
                var status = value.Ensure("status");
                status["observedGeneration"] = set.Whole("metadata", "generation");
                status["replicas"] = pods.Length;
                status["readyReplicas"] = ready;
                status["availableReplicas"] = available;
                status["currentReplicas"] = pods.Count(p => !Pods.IsDeleting(p) && Revisions.Of(p) == current);
                status["updatedReplicas"] = updated;
                status["currentRevision"] = current;
                status["updateRevision"] = update;
                status["collisionCount"] = 0;
                return value;
            },
            Owned.StatusContext);
        return available < ready ? TimeSpan.FromMilliseconds(500) : null;
    }

    /// <summary>Whether a pod has been ready for the time that its StatefulSet demands.</summary>
    public static bool IsAvailable(JsonObject set, JsonObject pod) => Pods.IsReady(pod)
        && DateTimeOffset.UtcNow - pod.Items("status", "conditions").First(c => c.Text("type") == "Ready").Time("lastTransitionTime")
            >= TimeSpan.FromSeconds(set.Whole("spec", "minReadySeconds") ?? 0);
}
