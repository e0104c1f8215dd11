using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Deploying;

/// <summary>How a manifest asks to be deployed. Source: <c>KubernetesManifestStrategy.java</c>.</summary>
internal static class DeployStrategy
{
    /// <summary>Deleted before it is applied.</summary>
    public const string Recreate = "strategy.spinnaker.io/recreate";

    public static bool IsRecreated(JsonObject manifest) => IsTrue(manifest, Recreate);

    public static bool IsReplaced(JsonObject manifest) => !IsRecreated(manifest) && IsTrue(manifest, "strategy.spinnaker.io/replace");

    /// <summary>The arguments of a server-side apply; none when it is not asked for.</summary>
    public static IEnumerable<string> ServerSideArguments(JsonObject manifest) =>
        manifest.Annotations().Text("strategy.spinnaker.io/server-side-apply") switch
        {
            "force-conflicts" => ["--server-side=true", "--force-conflicts=true"],
            { } text when bool.TryParse(text, out var isAsked) && isAsked => ["--server-side=true"],
            _ => [],
        };

    /// <summary>Whether each version gets a name of its own (<c>-v000</c>).</summary>
    public static bool IsVersioned(JsonObject manifest) =>
        manifest.Annotations().Text("strategy.spinnaker.io/versioned") is { } text
            ? bool.TryParse(text, out var isAsked) && isAsked
            : manifest.Kind() is "ConfigMap" or "Secret" or "Pod" or "ReplicaSet";

    public static bool UsesSourceCapacity(JsonObject manifest) => IsTrue(manifest, "strategy.spinnaker.io/use-source-capacity");

    /// <summary>How many versions to keep; null for all.</summary>
    public static int? MaxVersionHistory(JsonObject manifest) =>
        int.TryParse(manifest.Annotations().Text("strategy.spinnaker.io/max-version-history"), out var number) ? number : null;

    private static bool IsTrue(JsonObject manifest, string annotation) =>
        bool.TryParse(manifest.Annotations().Text(annotation), out var isTrue) && isTrue;
}
