using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>Validates Services.</summary>
internal static class ServiceRules
{
    public static IEnumerable<FieldError> Check(JsonObject value)
    {
        JsonObject[] ports = [.. value.Items("spec", "ports")];
        if (ports.Length == 0 && value.Text("spec", "type") != "ExternalName" && value.Text("spec", "clusterIP") != "None")
        {
            yield return FieldError.Required("spec.ports");
        }

        var names = new HashSet<string>();
        var numbers = new HashSet<string>();
        for (var index = 0; index < ports.Length; index++)
        {
            var port = ports[index];
            var path = string.Create(CultureInfo.InvariantCulture, $"spec.ports[{index}]");
            if (port.Text("name") is not { Length: > 0 } name)
            {
                if (ports.Length > 1)
                {
                    yield return FieldError.Required($"{path}.name");
                }
            }
            else if (Names.Label(name) is { } wrong)
            {
                yield return FieldError.Invalid($"{path}.name", name, wrong);
            }
            else if (!names.Add(name))
            {
                yield return FieldError.Duplicate($"{path}.name", name);
            }

            if (port.Whole("port") is < 1 or > 65535)
            {
                yield return FieldError.Invalid($"{path}.port", port["port"], "must be between 1 and 65535, inclusive");
            }

            if (!numbers.Add($"{port.Whole("port")}/{port.Text("protocol")}"))
            {
                yield return FieldError.Duplicate(path, port);
            }
        }

        foreach (var error in MetadataRules.MapOfLabels(value.At("spec", "selector"), "spec.selector"))
        {
            yield return error;
        }
    }
}
