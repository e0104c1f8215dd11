using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Deploying;

/// <summary>Reads the annotations of a manifest that control how it is deployed. Source: <c>KubernetesManifestStrategy.java</c>.</summary>
internal static class DeployStrategy
{
    /// <summary>The annotation of objects that Spinnaker deletes before it applies them.</summary>
    public const string Recreate = "strategy.spinnaker.io/recreate";

    public static bool IsRecreated(JsonObject manifest) => IsTrue(manifest, Recreate);

    public static bool IsReplaced(JsonObject manifest) => !IsRecreated(manifest) && IsTrue(manifest, "strategy.spinnaker.io/replace");

    /// <summary>Returns the arguments for a server-side apply, or none for a client-side apply.</summary>
    public static IEnumerable<string> ServerSideApplyArguments(JsonObject manifest) =>
        manifest.Annotations().Text("strategy.spinnaker.io/server-side-apply") switch
        {
            "force-conflicts" => ["--server-side=true", "--force-conflicts=true"],
            { } text when bool.TryParse(text, out var isTrue) && isTrue => ["--server-side=true"],
            _ => [],
        };

    /// <summary>Returns whether Spinnaker appends a version to the name (<c>-v000</c>).</summary>
    public static bool IsVersioned(JsonObject manifest) =>
        manifest.Annotations().Text("strategy.spinnaker.io/versioned") is { } text
            ? bool.TryParse(text, out var isTrue) && isTrue
            : manifest.Kind() is "ConfigMap" or "Secret" or "Pod" or "ReplicaSet";

    public static bool UsesSourceCapacity(JsonObject manifest) => IsTrue(manifest, "strategy.spinnaker.io/use-source-capacity");

    /// <summary>Returns how many versions to keep, or null for all.</summary>
    public static int? MaxVersionHistory(JsonObject manifest) =>
        int.TryParse(manifest.Annotations().Text("strategy.spinnaker.io/max-version-history"), out var number) ? number : null;

    private static bool IsTrue(JsonObject manifest, string annotation) =>
        bool.TryParse(manifest.Annotations().Text(annotation), out var isTrue) && isTrue;
}
