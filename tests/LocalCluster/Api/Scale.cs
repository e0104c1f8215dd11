using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Api;

/// <summary>The scale subresource of Deployments, ReplicaSets and StatefulSets.</summary>
internal static class Scale
{
    public static JsonObject Of(JsonObject value)
    {
        if (value.At("spec", "replicas") is null)
        {
            throw ApiException.NoSuchPath();
        }

        var metadata = new JsonObject();
        foreach (var name in (ReadOnlySpan<string>)["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
        {
            metadata[name] = value.At("metadata", name)?.DeepClone();
        }

        var labels = value.Map("spec", "selector", "matchLabels").Select(l => $"{l.Key}={l.Value}");
        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["replicas"] = value.Whole("spec", "replicas") },
            ["status"] = new JsonObject
            {
                ["replicas"] = value.Whole("status", "replicas") ?? 0,
                ["selector"] = string.Join(',', labels),
            },
        };
    }

    /// <summary>Copies the number of replicas from a scale to an object.</summary>
    public static void CopyReplicas(JsonObject value, JsonObject scale) =>
        value.Ensure("spec")["replicas"] = scale.Whole("spec", "replicas") ?? 0;
}
