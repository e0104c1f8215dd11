using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>Updates a Deployment's status: the counts, and the conditions Available and Progressing.</summary>
internal sealed class DeploymentStatus(Registry registry)
{
    /// <param name="key">The Deployment.</param>
    /// <param name="deployment">The reconciled Deployment.</param>
    /// <param name="currentName">The ReplicaSet of the current template, if it exists.</param>
    /// <returns>The time until the progress deadline must be checked.</returns>
    public TimeSpan? Update(ObjectKey key, JsonObject deployment, string? currentName)
    {
        var sets = Owned.By(deployment, Kinds.ReplicaSet, registry.Store);
        var current = sets.FirstOrDefault(s => s.Text("metadata", "name") == currentName);
        var wanted = deployment.Whole("spec", "replicas") ?? 1;
        var total = Sum(sets, "replicas");
        var updated = current is null ? 0 : Sum([current], "replicas");
        var available = Sum(sets, "availableReplicas");
        TimeSpan? again = null;
        registry.Update(
            key,
            value =>
            {
                var status = value.Ensure("status");
                var before = status.Copy();
                status["observedGeneration"] = deployment.Whole("metadata", "generation");
                Set(status, "replicas", total);
                Set(status, "updatedReplicas", updated);
                Set(status, "readyReplicas", Sum(sets, "readyReplicas"));
                Set(status, "availableReplicas", available);
                Set(status, "unavailableReplicas", Math.Max(0, Math.Max(total, wanted) - available));
                SetAvailable(status, value, wanted, available);
                var isComplete = updated == wanted && total == wanted && available == wanted;
                again = SetProgress(status, before, value, currentName, isComplete);
                return value;
            },
            Owned.StatusContext);
        return again;
    }

    private void SetAvailable(JsonObject status, JsonObject deployment, long wanted, long available)
    {
        var maxUnavailable = deployment.At("spec", "strategy", "rollingUpdate", "maxUnavailable").Print();
        var tolerated = maxUnavailable.EndsWith('%')
            ? (long)Math.Floor(
                int.Parse(maxUnavailable.TrimEnd('%'), System.Globalization.CultureInfo.InvariantCulture) * wanted / 100.0)
            : long.TryParse(maxUnavailable, out var number) ? number : 0;
        var isAvailable = available >= wanted - tolerated;
        Conditions.Set(
            status,
            "Available",
            isAvailable,
            isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            isAvailable ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
            registry.Now,
            "lastUpdateTime");
    }

    private TimeSpan? SetProgress(
        JsonObject status, JsonObject before, JsonObject deployment, string? currentName, bool isComplete)
    {
        if (currentName is null)
        {
            return null;
        }

        var known = status.Items("conditions").FirstOrDefault(c => c.Text("type") == "Progressing");
        if (isComplete)
        {
            Conditions.Set(
                status, "Progressing", true, "NewReplicaSetAvailable",
                $"ReplicaSet \"{currentName}\" has successfully progressed.", registry.Now, "lastUpdateTime");
            return null;
        }

        var isNew = known is null || known.Text("message")?.Contains($"\"{currentName}\"", StringComparison.Ordinal) != true;
        var hasMoved = !Json.Same(Counts(before), Counts(status));
        if (isNew || (hasMoved && known.Text("reason") != "NewReplicaSetAvailable"))
        {
            // The deadline starts at the last progress.
            var list = (JsonArray)status["conditions"]!;
            var since = known.Text("status") == "True" ? known.Text("lastTransitionTime") : null;
            list.RemoveAll(c => c.Text("type") == "Progressing");
            Conditions.Set(
                status, "Progressing", true, isNew ? "NewReplicaSetCreated" : "ReplicaSetUpdated",
                isNew ? $"Created new replica set \"{currentName}\"" : $"ReplicaSet \"{currentName}\" is progressing.",
                registry.Now, "lastUpdateTime");
            if (since is not null)
            {
                list.OfType<JsonObject>().First(c => c.Text("type") == "Progressing")["lastTransitionTime"] = since;
            }
        }
        else if (known.Text("reason") is "NewReplicaSetAvailable" or "ProgressDeadlineExceeded")
        {
            return null;
        }

        var progressed = status.Items("conditions").First(c => c.Text("type") == "Progressing").Time("lastUpdateTime");
        var left = progressed!.Value.AddSeconds(deployment.Whole("spec", "progressDeadlineSeconds") ?? 600) - DateTimeOffset.UtcNow;
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        Conditions.Set(
            status, "Progressing", false, "ProgressDeadlineExceeded",
            $"ReplicaSet \"{currentName}\" has timed out progressing.", registry.Now, "lastUpdateTime");
        return null;
    }

    private static JsonObject Counts(JsonObject status)
    {
        var copy = status.Copy();
        copy.Remove("conditions");
        copy.Remove("observedGeneration");
        return copy;
    }

    private static long Sum(IEnumerable<JsonObject> sets, string name) => sets.Sum(s => s.Whole("status", name) ?? 0);

    private static void Set(JsonObject status, string name, long count)
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
