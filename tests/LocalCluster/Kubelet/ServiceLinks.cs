using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>
/// Returns the environment variables for the Services in a pod's namespace, and for the API server.
/// </summary>
/// <remarks>https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables</remarks>
internal static class ServiceLinks
{
    public static IEnumerable<(string Name, string Value)> Of(ObjectStore store, JsonObject pod)
    {
        var space = pod.Text("metadata", "namespace")!;
        var wantsAll = pod.Flag("spec", "enableServiceLinks") != false;
        return store.List(Kinds.Service).Objects
            .Where(s => Name(s) == "kubernetes" && Space(s) == "default")
            .Concat(store.List(Kinds.Service, space).Objects.Where(s => wantsAll && Name(s) != "kubernetes"))
            .Where(s => s.Text("spec", "clusterIP") is { Length: > 0 } and not "None")
            .SelectMany(Variables);
    }

    private static IEnumerable<(string Name, string Value)> Variables(JsonObject service)
    {
        var prefix = Upper(Name(service));
        var address = service.Text("spec", "clusterIP")!;
        JsonObject[] ports = [.. service.Items("spec", "ports")];
        yield return ($"{prefix}_SERVICE_HOST", address);
        for (var index = 0; index < ports.Length; index++)
        {
            var number = (ports[index].Whole("port") ?? 0).ToString(CultureInfo.InvariantCulture);
            var protocol = ports[index].Text("protocol") ?? "TCP";
            var link = $"{prefix}_PORT_{number}_{protocol}";
            var url = $"{protocol.ToLowerInvariant()}://{address}:{number}";
            if (index == 0)
            {
                yield return ($"{prefix}_SERVICE_PORT", number);
                yield return ($"{prefix}_PORT", url);
            }

            if (ports[index].Text("name") is { Length: > 0 } name)
            {
                yield return ($"{prefix}_SERVICE_PORT_{Upper(name)}", number);
            }

            yield return (link, url);
            yield return ($"{link}_PROTO", protocol.ToLowerInvariant());
            yield return ($"{link}_PORT", number);
            yield return ($"{link}_ADDR", address);
        }
    }

    private static string Name(JsonObject service) => service.Text("metadata", "name")!;

    private static string Space(JsonObject service) => service.Text("metadata", "namespace")!;

    private static string Upper(string name) => name.ToUpperInvariant().Replace('-', '_');
}
