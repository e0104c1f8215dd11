using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Deploying;

/// <summary>Reads fields of a Kubernetes object. Source: clouddriver's <c>KubernetesManifest.java</c>.</summary>
internal static class Manifests
{
    public static string Kind(this JsonObject manifest) => manifest.Text("kind") ?? "";

    public static string Name(this JsonObject manifest) => manifest.Text("metadata", "name") ?? "";

    /// <summary>Returns the namespace. It is empty if the manifest names none. Then the account's default namespace applies.</summary>
    public static string Namespace(this JsonObject manifest) => manifest.Text("metadata", "namespace") ?? "";

    public static bool HasGenerateName(this JsonObject manifest) =>
        manifest.Name().Length == 0 && !string.IsNullOrEmpty(manifest.Text("metadata", "generateName"));

    /// <summary>Returns the kind in Spinnaker's spelling, such as <c>configMap</c>.</summary>
    public static string SpinnakerKind(string kind) =>
        kind.Length == 0 ? "" : kind == "APIService" ? "apiService" : $"{char.ToLowerInvariant(kind[0])}{kind[1..]}";

    /// <summary>Returns kind and name as Spinnaker writes them, such as <c>job orders-migrate</c>.</summary>
    public static string FullName(this JsonObject manifest)
    {
        var name = manifest.Name();
        return $"{SpinnakerKind(manifest.Kind())} {(name.Length > 0 ? name : manifest.Text("metadata", "generateName"))}";
    }

    /// <summary>Returns the annotations. Adds an empty map if there are none.</summary>
    public static JsonObject Annotations(this JsonObject manifest) => manifest.Map("metadata").Map("annotations");

    /// <summary>Returns the labels. Adds an empty map if there are none.</summary>
    public static JsonObject Labels(this JsonObject manifest) => manifest.Map("metadata").Map("labels");

    /// <summary>Returns the metadata of the pod template, or null. Spinnaker does not change a template without <c>metadata</c>.</summary>
    public static JsonObject? TemplateMetadata(this JsonObject manifest) =>
        manifest.At("spec", "template", "metadata") as JsonObject;

    /// <summary>Returns each pod spec at any depth: <c>$..spec.template.spec</c>.</summary>
    public static IEnumerable<JsonObject> PodSpecs(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            return list.SelectMany(PodSpecs);
        }

        if (node is not JsonObject map)
        {
            return [];
        }

        var here = map.At("spec", "template", "spec") as JsonObject;
        return (here is null ? Enumerable.Empty<JsonObject>() : [here]).Concat(map.SelectMany(e => PodSpecs(e.Value)));
    }
}
