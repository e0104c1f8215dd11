using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>Checks that immutable fields of an existing object are not changed.</summary>
internal static class ImmutableFields
{
    public static IEnumerable<FieldError> Check(JsonObject before, JsonObject after, ResourceKind kind) => kind.Kind switch
    {
        "Job" => ForJob(before, after),
        "Deployment" or "ReplicaSet" => Unchanged(before, after, "spec", "selector"),
        "StatefulSet" => ForStatefulSet(before, after),
        "ConfigMap" or "Secret" => ForData(before, after),
        "Service" => ForService(before, after),
        "PersistentVolumeClaim" => ForClaim(before, after),
        "Pod" => ForPod(before, after),
        _ => [],
    };

    // Kubernetes allows scheduling changes in the template of a suspended Job that has not started. This cluster does
    // not.
    private static IEnumerable<FieldError> ForJob(JsonObject before, JsonObject after) =>
        Unchanged(before, after, "spec", "completions")
            .Concat(Unchanged(before, after, "spec", "selector"))
            .Concat(Unchanged(before, after, "spec", "template"))
            .Concat(Unchanged(before, after, "spec", "completionMode"))
            .Concat(Unchanged(before, after, "spec", "podFailurePolicy"))
            .Concat(Unchanged(before, after, "spec", "backoffLimitPerIndex"));

    private static IEnumerable<FieldError> ForStatefulSet(JsonObject before, JsonObject after)
    {
        return Json.Same(Frozen(before), Frozen(after))
            ? []
            : [FieldError.Forbidden(
                "spec",
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
                + "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")];

        static JsonObject Frozen(JsonObject set)
        {
            var spec = set.Object("spec")?.Copy() ?? [];
            foreach (var name in (ReadOnlySpan<string>)["replicas", "template", "updateStrategy", "revisionHistoryLimit", "minReadySeconds"])
            {
                spec.Remove(name);
            }

            return spec;
        }
    }

    private static IEnumerable<FieldError> ForData(JsonObject before, JsonObject after)
    {
        var isSecret = after.Text("kind") == "Secret";
        var errors = isSecret ? Unchanged(before, after, "type") : [];
        if (before.Flag("immutable") != true)
        {
            return errors;
        }

        const string Why = "field is immutable when `immutable` is set";
        return errors
            .Concat(after.Flag("immutable") == true ? [] : [FieldError.Forbidden("immutable", Why)])
            .Concat(Json.Same(before["data"], after["data"]) ? [] : [FieldError.Forbidden("data", Why)])
            .Concat(
                Json.Same(before["binaryData"], after["binaryData"]) ? [] : [FieldError.Forbidden("binaryData", Why)]);
    }

    private static IEnumerable<FieldError> ForService(JsonObject before, JsonObject after)
    {
        // The server assigns cluster IPs, so a write without them keeps them.
        foreach (var name in (string[])["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"])
        {
            if (after["spec"] is JsonObject spec && spec[name] is null && before.At("spec", name) is { } old)
            {
                spec[name] = old.DeepClone();
            }
        }

        return before.Text("spec", "type") == after.Text("spec", "type")
            ? Unchanged(before, after, "spec", "clusterIP")
            : [];
    }

    private static IEnumerable<FieldError> ForClaim(JsonObject before, JsonObject after)
    {
        var old = Frozen(before);
        return Json.Same(old, Frozen(after))
            ? []
            : [FieldError.Forbidden(
                "spec",
                "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")];

        static JsonObject Frozen(JsonObject claim)
        {
            var spec = claim.Object("spec")?.Copy() ?? [];
            spec.Remove("resources");
            spec.Remove("volumeAttributesClassName");
            spec.Remove("volumeName");
            return spec;
        }
    }

    private static IEnumerable<FieldError> ForPod(JsonObject before, JsonObject after)
    {
        return Json.Same(Frozen(before), Frozen(after))
            ? []
            : [FieldError.Forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
                + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)")];

        static JsonObject Frozen(JsonObject pod)
        {
            var spec = pod.Object("spec")?.Copy() ?? [];
            spec.Remove("nodeName");
            spec.Remove("activeDeadlineSeconds");
            spec.Remove("tolerations");
            foreach (var container in spec.Items("containers").Concat(spec.Items("initContainers")))
            {
                container.Remove("image");
                container.Remove("imagePullPolicy");
            }

            return spec;
        }
    }

    private static IEnumerable<FieldError> Unchanged(JsonObject before, JsonObject after, params string[] path) =>
        Json.Same(before.At(path), after.At(path))
            ? []
            : [FieldError.Immutable(string.Join('.', path), after.At(path))];
}
