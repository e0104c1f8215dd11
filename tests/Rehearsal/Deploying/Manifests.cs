using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Deploying;

/// <summary>What is asked of an object of Kubernetes. Source: clouddriver's <c>KubernetesManifest.java</c>.</summary>
internal static class Manifests
{
    public static string Kind(this JsonObject manifest) => manifest.Text("kind") ?? "";

    public static string Name(this JsonObject manifest) => manifest.Text("metadata", "name") ?? "";

    /// <summary>Its namespace; empty when it says none, which is the account's own then.</summary>
    public static string Namespace(this JsonObject manifest) => manifest.Text("metadata", "namespace") ?? "";

    public static bool HasGenerateName(this JsonObject manifest) =>
        manifest.Name().Length == 0 && !string.IsNullOrEmpty(manifest.Text("metadata", "generateName"));

    /// <summary>The kind as Spinnaker spells it: <c>configMap</c>.</summary>
    public static string SpinnakerKind(string kind) =>
        kind.Length == 0 ? "" : kind == "APIService" ? "apiService" : $"{char.ToLowerInvariant(kind[0])}{kind[1..]}";

    /// <summary>As Spinnaker names it: <c>job orders-migrate</c>.</summary>
    public static string FullName(this JsonObject manifest)
    {
        var name = manifest.Name();
        return $"{SpinnakerKind(manifest.Kind())} {(name.Length > 0 ? name : manifest.Text("metadata", "generateName"))}";
    }

    /// <summary>Its annotations, made where there are none.</summary>
    public static JsonObject Annotations(this JsonObject manifest) => manifest.Map("metadata").Map("annotations");

    /// <summary>Its labels, made where there are none.</summary>
    public static JsonObject Labels(this JsonObject manifest) => manifest.Map("metadata").Map("labels");

    /// <summary>The metadata of its pods, or null: without a <c>metadata</c> Spinnaker leaves the template alone.</summary>
    public static JsonObject? TemplateMetadata(this JsonObject manifest) =>
        manifest.At("spec", "template", "metadata") as JsonObject;

    /// <summary>Each pod spec in a template, at any depth: <c>$..spec.template.spec</c>.</summary>
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
