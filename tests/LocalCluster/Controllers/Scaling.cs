using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>Calculates the next number of replicas for each ReplicaSet of a Deployment.</summary>
/// <remarks>The calculation is that of pkg/controller/deployment/rolling.go and util/deployment_util.go.</remarks>
internal static class Scaling
{
    /// <summary>Returns the ReplicaSets to change, with their new numbers of replicas.</summary>
    /// <param name="deployment">The Deployment.</param>
    /// <param name="current">The ReplicaSet of the current template.</param>
    /// <param name="old">The other ReplicaSets.</param>
    /// <param name="hasOldPods">Whether the other ReplicaSets still have pods.</param>
    public static IEnumerable<(JsonObject Set, long Replicas)> Next(
        JsonObject deployment, JsonObject current, JsonObject[] old, bool hasOldPods)
    {
        var wanted = deployment.Whole("spec", "replicas") ?? 1;
        var has = Wanted(current);
        if (deployment.Text("spec", "strategy", "type") == "Recreate")
        {
            foreach (var set in old.Where(s => Wanted(s) > 0))
            {
                yield return (set, 0);
            }

            if (!hasOldPods && has != wanted)
            {
                yield return (current, wanted);
            }

            yield break;
        }

        var surge = Amount(deployment, "maxSurge", wanted, roundUp: true);
        var unavailable = Amount(deployment, "maxUnavailable", wanted, roundUp: false);
        // If both were 0, the rollout could never progress. Kubernetes then allows one unavailable pod.
        unavailable = surge == 0 && unavailable == 0 ? 1 : Math.Min(unavailable, wanted);
        var total = has + old.Sum(Wanted);
        if (has > wanted)
        {
            yield return (current, wanted);
        }
        else if (has < wanted)
        {
            var room = Math.Max(0, wanted + surge - total);
            var next = has + Math.Min(room, wanted - has);
            if (next != has)
            {
                yield return (current, next);
                // The next reconciliation sees the effect of this scale-up.
                yield break;
            }
        }

        foreach (var change in ScaleDown(current, old, total, wanted - unavailable))
        {
            yield return change;
        }
    }

    private static IEnumerable<(JsonObject Set, long Replicas)> ScaleDown(
        JsonObject current, JsonObject[] old, long total, long minimum)
    {
        var unavailableOfNew = Wanted(current) - Available(current);
        var room = total - minimum - unavailableOfNew;
        var left = old.ToDictionary(s => s, Wanted);

        // Deletes unavailable old pods first, because they do not serve requests.
        foreach (var set in old)
        {
            var take = Math.Min(Math.Max(0, room), Math.Max(0, left[set] - Available(set)));
            left[set] -= take;
            room -= take;
        }

        var spare = Available(current) + old.Sum(Available) - minimum;
        foreach (var set in old)
        {
            var take = Math.Min(Math.Max(0, Math.Min(room, spare)), left[set]);
            left[set] -= take;
            room -= take;
            spare -= take;
        }

        return old.Where(s => left[s] != Wanted(s)).Select(s => (s, left[s]));
    }

    private static long Wanted(JsonObject set) => set.Whole("spec", "replicas") ?? 0;

    private static long Available(JsonObject set) => set.Whole("status", "availableReplicas") ?? 0;

    private static long Amount(JsonObject deployment, string name, long of, bool roundUp)
    {
        var value = deployment.At("spec", "strategy", "rollingUpdate", name).Print();
        if (!value.EndsWith('%'))
        {
            return long.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : 0;
        }

        var share = int.Parse(value.TrimEnd('%'), CultureInfo.InvariantCulture) * of / 100.0;
        return (long)(roundUp ? Math.Ceiling(share) : Math.Floor(share));
    }
}
