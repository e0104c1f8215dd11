using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>
/// Returns fields of a pod for its containers (https://kubernetes.io/docs/concepts/workloads/pods/downward-api/).
/// </summary>
internal static partial class DownwardApi
{
    /// <exception cref="ContainerConfigException">The field is not supported.</exception>
    public static string Field(JsonObject pod, string path)
    {
        if (OfMap().Match(path) is { Success: true } match)
        {
            return pod.Text("metadata", match.Groups["map"].Value, match.Groups["key"].Value) ?? "";
        }

        return path switch
        {
            "metadata.name" or "metadata.namespace" or "metadata.uid"
                or "spec.nodeName" or "spec.serviceAccountName"
                or "status.hostIP" or "status.podIP" => pod.Text(path.Split('.')) ?? "",
            "status.podIPs" => pod.Text("status", "podIP") ?? "",
            "status.hostIPs" => pod.Text("status", "hostIP") ?? "",
            "metadata.labels" or "metadata.annotations" => Lines(pod.Map(path.Split('.'))),
            _ => throw new ContainerConfigException($"unsupported fieldPath: {path}"),
        };
    }

    /// <summary>Returns a limit or request of a container in units of the divisor, rounded up.</summary>
    public static string Resource(JsonObject pod, JsonObject container, JsonObject reference)
    {
        var target = reference.Text("containerName") is { Length: > 0 } name
            ? pod.Items("spec", "containers").FirstOrDefault(c => c.Text("name") == name) ?? container
            : container;
        var path = (reference.Text("resource") ?? "").Split('.', 2);
        var amount = Quantity.TryParse(target.At("resources", path[0], path[^1]), out var a) ? a : 0;
        var divisor = Quantity.TryParse(reference["divisor"], out var d) && d > 0 ? d : 1;
        return Math.Ceiling(amount / divisor).ToString(CultureInfo.InvariantCulture);
    }

    private static string Lines(IReadOnlyDictionary<string, string> map) => string.Join('\n', map
        .OrderBy(e => e.Key, StringComparer.Ordinal)
        .Select(e => $"{e.Key}={JsonValue.Create(e.Value).ToJsonString()}"));

    [GeneratedRegex(@"^metadata\.(?<map>labels|annotations)\['(?<key>[^']+)'\]$")]
    private static partial Regex OfMap();
}
