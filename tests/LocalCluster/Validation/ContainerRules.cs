using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>Validates a container.</summary>
internal static class ContainerRules
{
    public static IEnumerable<FieldError> Check(JsonObject container, string path, HashSet<string> volumes, bool isInit)
    {
        if (string.IsNullOrEmpty(container.Text("image")))
        {
            yield return FieldError.Required($"{path}.image");
        }
        else if (container.Text("image") is { } image && image.Trim() != image)
        {
            yield return FieldError.Invalid($"{path}.image", image, "must not have leading or trailing whitespace");
        }

        if (container.Text("restartPolicy") is { } policy && (!isInit || policy != "Always"))
        {
            yield return isInit
                ? FieldError.NotSupported($"{path}.restartPolicy", policy, ["Always"])
                : FieldError.Forbidden($"{path}.restartPolicy", "may not be set for non-init containers");
        }

        foreach (var error in CheckEnv(container, path)
            .Concat(CheckMounts(container, path, volumes))
            .Concat(CheckPorts(container, path))
            .Concat(CheckProbes(container, path, isInit))
            .Concat(CheckResources(container, path)))
        {
            yield return error;
        }
    }

    private static IEnumerable<FieldError> CheckEnv(JsonObject container, string path)
    {
        var index = 0;
        foreach (var variable in container.Items("env"))
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"{path}.env[{index++}]");
            var name = variable.Text("name") ?? "";
            if (name.Contains('=', StringComparison.Ordinal) || name.Any(c => c is < ' ' or > '~'))
            {
                yield return FieldError.Invalid(
                    $"{field}.name",
                    name,
                    "a valid environment variable name must consist only of printable ASCII characters other than '='");
            }

            if (variable["valueFrom"] is JsonObject source)
            {
                if (!string.IsNullOrEmpty(variable.Text("value")))
                {
                    yield return FieldError.Invalid(
                        $"{field}.valueFrom", "", "may not be specified when `value` is not empty");
                }

                if (source.Count != 1)
                {
                    yield return FieldError.Invalid(
                        $"{field}.valueFrom",
                        "",
                        source.Count == 0
                            ? "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
                            : "may not have more than one field specified at a time");
                }
            }
        }
    }

    private static IEnumerable<FieldError> CheckMounts(JsonObject container, string path, HashSet<string> volumes)
    {
        var paths = new HashSet<string>();
        var index = 0;
        foreach (var mount in container.Items("volumeMounts"))
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"{path}.volumeMounts[{index++}]");
            var name = mount.Text("name") ?? "";
            if (name.Length > 0 && !volumes.Contains(name))
            {
                yield return FieldError.NotFound($"{field}.name", name);
            }

            if (mount.Text("mountPath") is { Length: > 0 } mountPath && !paths.Add(mountPath))
            {
                yield return FieldError.Invalid($"{field}.mountPath", mountPath, "must be unique");
            }
        }
    }

    private static IEnumerable<FieldError> CheckPorts(JsonObject container, string path)
    {
        var names = new HashSet<string>();
        var index = 0;
        foreach (var port in container.Items("ports"))
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"{path}.ports[{index++}]");
            if (port.Text("name") is { Length: > 0 } name)
            {
                if (PortNameError(name) is { } wrong)
                {
                    yield return FieldError.Invalid($"{field}.name", name, wrong);
                }
                else if (!names.Add(name))
                {
                    yield return FieldError.Duplicate($"{field}.name", name);
                }
            }

            if (port.Whole("containerPort") is < 1 or > 65535)
            {
                yield return FieldError.Invalid(
                    $"{field}.containerPort", port["containerPort"], "must be between 1 and 65535, inclusive");
            }
        }
    }

    // IANA service names: RFC 6335.
    private static string? PortNameError(string name)
    {
        if (name.Length > 15)
        {
            return "must be no more than 15 characters";
        }

        if (!name.All(c => c is '-' || char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
        {
            return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        }

        return name.Any(char.IsAsciiLetterLower) ? null : "must contain at least one letter (a-z)";
    }

    private static IEnumerable<FieldError> CheckProbes(JsonObject container, string path, bool isInit)
    {
        foreach (var name in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container[name] is not JsonObject probe)
            {
                continue;
            }

            if (isInit && container.Text("restartPolicy") != "Always")
            {
                yield return FieldError.Forbidden(
                    $"{path}.{name}", "may not be set for init containers without restartPolicy=Always");
            }

            var handlers = probe.Count(e => e.Key is "exec" or "httpGet" or "tcpSocket" or "grpc");
            if (handlers == 0)
            {
                yield return FieldError.Required($"{path}.{name}", "must specify a handler type");
            }
            else if (handlers > 1)
            {
                yield return FieldError.Forbidden($"{path}.{name}", "may not specify more than 1 handler type");
            }

            if (name != "readinessProbe" && probe.Whole("successThreshold") is > 1)
            {
                yield return FieldError.Invalid(
                    $"{path}.{name}.successThreshold", probe["successThreshold"], "must be 1");
            }
        }
    }

    private static IEnumerable<FieldError> CheckResources(JsonObject container, string path)
    {
        foreach (var part in (string[])["limits", "requests"])
        {
            foreach (var (name, value) in container.At("resources", part) as JsonObject ?? [])
            {
                if (!Quantity.TryParse(value, out var amount))
                {
                    yield return FieldError.Invalid(
                        $"{path}.resources.{part}[{name}]",
                        value,
                        "quantities must match the regular expression "
                        + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
                }
                else if (part == "requests"
                    && Quantity.TryParse(container.At("resources", "limits", name), out var limit)
                    && amount > limit)
                {
                    yield return FieldError.Invalid(
                        $"{path}.resources.requests",
                        value,
                        $"must be less than or equal to {name} limit of {container.At("resources", "limits", name).Print()}");
                }
            }
        }
    }
}
