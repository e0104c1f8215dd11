using System.Text.Json.Nodes;
using Migrator.Rehearsal.Deploying;

namespace Migrator.Rehearsal.Stability;

/// <summary>Determines for each kind whether an object is stable or failed. Source: <c>status</c> of each kind's handler in clouddriver.</summary>
internal static class StateRules
{
    private static readonly ManifestState s_noStatus = ManifestState.Unstable("No status reported yet");

    public static ManifestState Of(JsonObject manifest) => manifest.Kind() switch
    {
        "Job" => Job(manifest),
        "Deployment" => Deployment(manifest),
        "ReplicaSet" => ReplicaSet(manifest),
        "StatefulSet" => StatefulSet(manifest),
        "DaemonSet" => DaemonSet(manifest),
        "Pod" => manifest.Text("status", "phase") is "Running" or "Succeeded"
            ? ManifestState.Stable
            : ManifestState.Unstable($"Pod is {manifest.Text("status", "phase") ?? "unknown"}"),
        "HorizontalPodAutoscaler" => manifest["status"] is null
            ? s_noStatus
            : Equal(Count(manifest, "currentReplicas"), Count(manifest, "desiredReplicas"), "Waiting for HPA to complete a scale"),
        _ => ManifestState.Stable,
    };

    /// <summary>Returns the state of a Job. A Job that never ends never fails, so it needs a deadline. Source: <c>KubernetesJobHandler.java</c>.</summary>
    private static ManifestState Job(JsonObject manifest)
    {
        if (manifest["status"] is null)
        {
            return s_noStatus;
        }

        if (Count(manifest, "succeeded") >= (manifest.Number("spec", "completions") ?? 1))
        {
            return ManifestState.Stable;
        }

        var failed = Condition(manifest, "Failed");
        return failed.Text("status") == "True"
            ? ManifestState.Failed(failed.Text("message") ?? "")
            : ManifestState.Unstable("Waiting for jobs to finish");
    }

    /// <summary>Returns the state of a Deployment. Source: <c>KubernetesDeploymentHandler.java</c>.</summary>
    private static ManifestState Deployment(JsonObject manifest)
    {
        if (manifest["status"] is null)
        {
            return s_noStatus;
        }

        if (manifest.Number("status", "observedGeneration") != manifest.Number("metadata", "generation"))
        {
            return ManifestState.Unstable("Waiting for status generation to match updated object generation");
        }

        if (Condition(manifest, "Progressing").Text("reason") == "ProgressDeadlineExceeded")
        {
            return ManifestState.Failed("Deployment exceeded its progress deadline");
        }

        var desired = manifest.Number("spec", "replicas") ?? 0;
        var updated = Count(manifest, "updatedReplicas");
        return true switch
        {
            _ when Condition(manifest, "Available").Text("status") == "False" =>
                ManifestState.Unstable(Condition(manifest, "Available").Text("message") ?? ""),
            _ when updated < desired => ManifestState.Unstable("Waiting for all replicas to be updated"),
            _ when Count(manifest, "replicas") > updated => ManifestState.Unstable("Waiting for old replicas to finish termination"),
            _ when Count(manifest, "availableReplicas") < desired => ManifestState.Unstable("Waiting for all replicas to be available"),
            _ when Count(manifest, "readyReplicas") < desired => ManifestState.Unstable("Waiting for all replicas to be ready"),
            _ => ManifestState.Stable,
        };
    }

    private static ManifestState ReplicaSet(JsonObject manifest)
    {
        var desired = manifest.Number("spec", "replicas") ?? 0;
        return manifest["status"] is null
            ? s_noStatus
            : AtLeast(manifest, desired, "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
    }

    private static ManifestState StatefulSet(JsonObject manifest)
    {
        if (manifest.Text("spec", "updateStrategy", "type") == "OnDelete")
        {
            return ManifestState.Stable;
        }

        return manifest["status"] is null || manifest.Number("status", "observedGeneration") != manifest.Number("metadata", "generation")
            ? s_noStatus
            : AtLeast(manifest, manifest.Number("spec", "replicas") ?? 0, "replicas", "readyReplicas", "updatedReplicas");
    }

    private static ManifestState DaemonSet(JsonObject manifest)
    {
        if (manifest["status"] is null || manifest.Number("status", "observedGeneration") != manifest.Number("metadata", "generation"))
        {
            return s_noStatus;
        }

        return manifest.Text("spec", "updateStrategy", "type") != "RollingUpdate"
            ? ManifestState.Stable
            : AtLeast(
                manifest, Count(manifest, "desiredNumberScheduled"),
                "currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady");
    }

    private static ManifestState AtLeast(JsonObject manifest, long desired, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (Count(manifest, field) < desired)
            {
                return ManifestState.Unstable($"{field} is {Count(manifest, field)} of {desired}");
            }
        }

        return ManifestState.Stable;
    }

    private static ManifestState Equal(long current, long desired, string waiting) =>
        current == desired ? ManifestState.Stable : ManifestState.Unstable($"{waiting}, current: {current} desired: {desired}");

    private static long Count(JsonObject manifest, string field) => manifest.Number("status", field) ?? 0;

    private static JsonObject? Condition(JsonObject manifest, string type) =>
        manifest.Maps("status", "conditions").FirstOrDefault(c => c.Text("type") == type);
}
