using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>Validates Jobs (pkg/apis/batch/validation in the Kubernetes source).</summary>
internal static class JobRules
{
    private static readonly string[] s_counts =
        ["parallelism", "completions", "backoffLimit", "backoffLimitPerIndex", "maxFailedIndexes", "activeDeadlineSeconds", "ttlSecondsAfterFinished"];

    private static readonly string[] s_indexLimits = ["backoffLimitPerIndex", "maxFailedIndexes"];

    public static IEnumerable<FieldError> Check(JsonObject value)
    {
        var spec = value["spec"];
        foreach (var name in s_counts)
        {
            if (spec.Whole(name) < 0)
            {
                yield return FieldError.Invalid($"spec.{name}", spec.At(name), "must be greater than or equal to 0");
            }
        }

        foreach (var error in CheckIndexes(spec))
        {
            yield return error;
        }

        var policy = spec.Text("template", "spec", "restartPolicy");
        if (policy is not ("OnFailure" or "Never"))
        {
            yield return FieldError.Required(
                "spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
        }

        foreach (var error in PodRules.CheckTemplate(spec.At("template"), "spec.template"))
        {
            yield return error;
        }

        if (spec.At("podFailurePolicy") is not null)
        {
            if (policy != "Never")
            {
                yield return FieldError.Invalid(
                    "spec.podFailurePolicy", policy, "only \"Never\" is supported when podFailurePolicy is specified");
            }

            foreach (var error in spec.Items("podFailurePolicy", "rules").SelectMany((r, i) => CheckRule(spec, r, i)))
            {
                yield return error;
            }
        }

        // The name becomes a label of the pods. Kubernetes accepts a longer name with a warning, but cannot create the
        // pods.
        if (value.Text("metadata", "name") is { Length: > 63 } longName)
        {
            yield return FieldError.Invalid("spec.template.labels", longName, "must be no more than 63 bytes");
        }
    }

    private static IEnumerable<FieldError> CheckIndexes(JsonNode? spec)
    {
        var mostFailed = spec.Whole("maxFailedIndexes");
        if (spec.Text("completionMode") != "Indexed")
        {
            foreach (var name in s_indexLimits.Where(n => spec.At(n) is not null))
            {
                yield return FieldError.Invalid($"spec.{name}", spec.At(name), "requires indexed completion mode");
            }
        }
        else if (spec.Whole("completions") is not { } completions)
        {
            yield return FieldError.Required("spec.completions", "when completion mode is Indexed");
        }
        else if (mostFailed > completions)
        {
            yield return FieldError.Invalid("spec.maxFailedIndexes", mostFailed, "must be less than or equal to completions");
        }

        if (mostFailed is not null && spec.At("backoffLimitPerIndex") is null)
        {
            yield return FieldError.Required("spec.backoffLimitPerIndex", "when maxFailedIndexes is specified");
        }
    }

    private static IEnumerable<FieldError> CheckRule(JsonNode? spec, JsonObject rule, int index)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"spec.podFailurePolicy.rules[{index}]");
        if (rule["onExitCodes"] is null == rule["onPodConditions"] is null)
        {
            yield return FieldError.Invalid(
                path,
                rule,
                rule["onExitCodes"] is null
                    ? "specifying one of OnExitCodes and OnPodConditions is required"
                    : "specifying both OnExitCodes and OnPodConditions is not supported");
        }

        if (rule["onExitCodes"] is not JsonObject codes)
        {
            yield break;
        }

        if (codes["values"] is not JsonArray { Count: > 0 } values)
        {
            yield return FieldError.Invalid(
                $"{path}.onExitCodes.values", codes["values"], "at least one value is required");
        }
        else if (codes.Text("operator") == "In" && values.Any(v => v.Whole() == 0))
        {
            yield return FieldError.Invalid(
                $"{path}.onExitCodes.values[{values.ToList().FindIndex(v => v.Whole() == 0)}]",
                0,
                "must not be 0 for the In operator");
        }

        var containers = spec.Items("template", "spec", "containers").Concat(
            spec.Items("template", "spec", "initContainers"));
        if (codes.Text("containerName") is { } container && containers.All(c => c.Text("name") != container))
        {
            yield return FieldError.Invalid(
                $"{path}.onExitCodes.containerName",
                container,
                "must be one of the container or initContainer names in the pod template");
        }
    }
}
