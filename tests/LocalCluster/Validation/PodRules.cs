using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>
/// Validates the spec of a Pod or of a pod template (pkg/apis/core/validation in the Kubernetes source).
/// </summary>
internal static class PodRules
{
    public static IEnumerable<FieldError> CheckTemplate(JsonNode? template, string path) =>
        MetadataRules.Labels(template.At("metadata"), $"{path}").Concat(Check(template.At("spec"), $"{path}.spec"));

    public static IEnumerable<FieldError> Check(JsonNode? spec, string path)
    {
        if (spec is null)
        {
            return [FieldError.Required($"{path}.containers")];
        }

        var volumes = spec.Items("volumes").Select(v => v.Text("name") ?? "").ToHashSet();
        return CheckVolumes(spec, path)
            .Concat(CheckNames(spec, path))
            .Concat(CheckList(spec, "containers", path, volumes))
            .Concat(CheckList(spec, "initContainers", path, volumes))
            .Concat(CheckTimes(spec, path));
    }

    private static IEnumerable<FieldError> CheckTimes(JsonNode spec, string path)
    {
        if (spec.Whole("activeDeadlineSeconds") is { } deadline and <= 0)
        {
            yield return FieldError.Invalid(
                $"{path}.activeDeadlineSeconds", deadline, "must be between 1 and 2147483647, inclusive");
        }

        if (spec.Whole("terminationGracePeriodSeconds") is { } grace and < 0)
        {
            yield return FieldError.Invalid(
                $"{path}.terminationGracePeriodSeconds", grace, "must be greater than or equal to 0");
        }
    }

    private static IEnumerable<FieldError> CheckNames(JsonNode? spec, string path)
    {
        var seen = new HashSet<string>();
        foreach (var list in (string[])["containers", "initContainers"])
        {
            var index = 0;
            foreach (var container in spec.Items(list))
            {
                var field = string.Create(CultureInfo.InvariantCulture, $"{path}.{list}[{index++}].name");
                var name = container.Text("name") ?? "";
                if (name.Length > 0 && Names.Label(name) is { } wrong)
                {
                    yield return FieldError.Invalid(field, name, wrong);
                }
                else if (name.Length > 0 && !seen.Add(name))
                {
                    yield return FieldError.Duplicate(field, name);
                }
            }
        }
    }

    private static IEnumerable<FieldError> CheckVolumes(JsonNode? spec, string path)
    {
        var seen = new HashSet<string>();
        var index = 0;
        foreach (var volume in spec.Items("volumes"))
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"{path}.volumes[{index++}]");
            var name = volume.Text("name") ?? "";
            if (name.Length > 0 && Names.Label(name) is { } wrong)
            {
                yield return FieldError.Invalid($"{field}.name", name, wrong);
            }
            else if (!seen.Add(name))
            {
                yield return FieldError.Duplicate($"{field}.name", name);
            }

            if (volume.Count > 2)
            {
                yield return FieldError.Forbidden(
                    $"{field}.{volume.Last().Key}", "may not specify more than 1 volume type");
            }

            if (volume["configMap"] is JsonObject map && string.IsNullOrEmpty(map.Text("name")))
            {
                yield return FieldError.Required($"{field}.configMap.name");
            }

            if (volume["secret"] is JsonObject secret && string.IsNullOrEmpty(secret.Text("secretName")))
            {
                yield return FieldError.Required($"{field}.secret.secretName");
            }
        }
    }

    private static IEnumerable<FieldError> CheckList(
        JsonNode? spec, string list, string path, HashSet<string> volumes) =>
        spec.Items(list).SelectMany((container, index) => ContainerRules.Check(
            container,
            string.Create(CultureInfo.InvariantCulture, $"{path}.{list}[{index}]"),
            volumes,
            isInit: list == "initContainers"));
}
