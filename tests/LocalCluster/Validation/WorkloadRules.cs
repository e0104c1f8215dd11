using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>Validates Deployments, ReplicaSets and StatefulSets.</summary>
internal static class WorkloadRules
{
    public static IEnumerable<FieldError> Check(JsonObject value)
    {
        var spec = value["spec"];
        foreach (var name in (string[])["replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"])
        {
            if (spec.Whole(name) < 0)
            {
                yield return FieldError.Invalid($"spec.{name}", spec.At(name), "must be greater than or equal to 0");
            }
        }

        if (spec.Whole("progressDeadlineSeconds") is { } deadline && deadline <= (spec.Whole("minReadySeconds") ?? 0))
        {
            yield return FieldError.Invalid(
                "spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
        }

        var selector = spec.At("selector");
        if (selector is JsonObject && selector.At("matchLabels") is null && selector.At("matchExpressions") is null)
        {
            yield return FieldError.Invalid("spec.selector", selector, $"empty selector is invalid for {value.Text("kind")?.ToLowerInvariant()}");
        }

        var labels = spec.At("template", "metadata", "labels");
        if (selector is JsonObject && !LabelSelector.Of(selector).Matches(labels.Map()))
        {
            yield return FieldError.Invalid(
                "spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
        }

        foreach (var error in PodRules.CheckTemplate(spec.At("template"), "spec.template"))
        {
            yield return error;
        }

        if (spec.Text("template", "spec", "restartPolicy") is { } policy && policy != "Always")
        {
            yield return FieldError.NotSupported("spec.template.spec.restartPolicy", policy, ["Always"]);
        }

        if (spec.At("template", "spec", "activeDeadlineSeconds") is not null)
        {
            yield return FieldError.Forbidden(
                "spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported");
        }

        if (spec.Text("strategy", "type") == "Recreate" && spec.At("strategy", "rollingUpdate") is not null)
        {
            yield return FieldError.Forbidden(
                "spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
        }

        if (spec.Text("updateStrategy", "type") == "OnDelete" && spec.At("updateStrategy", "rollingUpdate") is { } rolling)
        {
            yield return FieldError.Invalid("spec.updateStrategy.rollingUpdate", rolling, "only allowed for updateStrategy 'RollingUpdate'");
        }
    }
}
