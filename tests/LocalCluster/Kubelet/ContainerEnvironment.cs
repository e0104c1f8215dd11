using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>A container cannot be created from its spec.</summary>
/// <param name="message">The missing object or key, worded as by the kubelet.</param>
internal sealed class ContainerConfigException(string message) : Exception(message);

/// <summary>
/// Builds the environment of a container from service links, envFrom and env, and expands <c>$(NAME)</c>.
/// </summary>
/// <remarks>pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables.</remarks>
internal sealed partial class ContainerEnvironment(ObjectStore store, JsonObject pod, JsonObject container)
{
    private readonly Dictionary<string, string> _values = [];

    private string Namespace => pod.Text("metadata", "namespace")!;

    /// <exception cref="ContainerConfigException">A Secret, ConfigMap or key that is not optional is missing.</exception>
    public IReadOnlyDictionary<string, string> Make()
    {
        // The resolver's search list, which a real container has in /etc/resolv.conf.
        _values["LOCALDOMAIN"] = $"{Namespace}.svc.cluster.local";

        // Service links come first, so that the variables of the container replace them.
        foreach (var (name, value) in ServiceLinks.Of(store, pod))
        {
            _values[name] = value;
        }

        foreach (var source in container.Items("envFrom"))
        {
            AddAll(source);
        }

        foreach (var variable in container.Items("env"))
        {
            if (variable["valueFrom"] is not JsonObject from)
            {
                _values[variable.Text("name")!] = Expand(variable.Text("value") ?? "", _values);
            }
            else if (ValueFrom(from) is { } value)
            {
                _values[variable.Text("name")!] = value;
            }
        }

        return _values;
    }

    /// <summary>
    /// Expands <c>$(NAME)</c> to the value of a variable, and <c>$$</c> to a dollar sign. Unknown names are not
    /// changed.
    /// </summary>
    /// <remarks>https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/</remarks>
    public static string Expand(string text, IReadOnlyDictionary<string, string> values) =>
        Reference().Replace(text, match => match.Value == "$$"
            ? "$"
            : values.GetValueOrDefault(match.Groups["name"].Value, match.Value));

    private void AddAll(JsonObject source)
    {
        var isSecret = source["secretRef"] is not null;
        var reference = source.Object(isSecret ? "secretRef" : "configMapRef");
        var name = reference.Text("name") ?? "";
        var kind = isSecret ? Kinds.Secret : Kinds.ConfigMap;
        if (store.Get(new ObjectKey(kind, Namespace, name)) is not { } found)
        {
            if (reference.Flag("optional") == true)
            {
                return;
            }

            throw new ContainerConfigException($"{kind.Singular} \"{name}\" not found");
        }

        foreach (var (key, value) in found.Map("data"))
        {
            _values[(source.Text("prefix") ?? "") + key] = isSecret ? Decode(value) : value;
        }
    }

    private string? ValueFrom(JsonObject from)
    {
        if (from["fieldRef"] is JsonObject field)
        {
            return DownwardApi.Field(pod, field.Text("fieldPath") ?? "");
        }

        if (from["resourceFieldRef"] is JsonObject resource)
        {
            return DownwardApi.Resource(pod, container, resource);
        }

        var isSecret = from["secretKeyRef"] is not null;
        var reference = from.Object(isSecret ? "secretKeyRef" : "configMapKeyRef");
        var kind = isSecret ? Kinds.Secret : Kinds.ConfigMap;
        var (name, key) = (reference.Text("name") ?? "", reference.Text("key") ?? "");
        var isOptional = reference.Flag("optional") == true;
        if (store.Get(new ObjectKey(kind, Namespace, name)) is not { } found)
        {
            return isOptional ? null : throw new ContainerConfigException($"{kind.Singular} \"{name}\" not found");
        }

        if (found.Text("data", key) is { } value)
        {
            return isSecret ? Decode(value) : value;
        }

        return isOptional
            ? null
            : throw new ContainerConfigException(
                $"couldn't find key {key} in {kind.Kind} {Namespace}/{name}");
    }

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    [GeneratedRegex(@"\$\$|\$\((?<name>[^()$]+)\)")]
    private static partial Regex Reference();
}
