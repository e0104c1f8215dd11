using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Api;

/// <summary>The documents that describe the API server: its version, its resources and their types.</summary>
internal static class Documents
{
    private const string DiscoveryType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private static readonly Lazy<Dictionary<string, Document>> s_plain = new(MakePlain);
    private static readonly Lazy<Dictionary<string, Document>> s_aggregated = new(() => new()
    {
        ["/api"] = new Document(Discovery.Aggregated(isCore: true), DiscoveryType),
        ["/apis"] = new Document(Discovery.Aggregated(isCore: false), DiscoveryType),
    });

    /// <summary>
    /// Returns the document at a path, in the first format that the client accepts; null if there is none.
    /// </summary>
    public static Document? Find(string path, string accept) =>
        accept.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal)
        && accept.Contains("v=v2;", StringComparison.Ordinal)
        && s_aggregated.Value.TryGetValue(path, out var aggregated)
            ? aggregated
            : s_plain.Value.GetValueOrDefault(path);

    private static Dictionary<string, Document> MakePlain()
    {
        var documents = new Dictionary<string, Document>
        {
            ["/version"] = new(new JsonObject
            {
                ["major"] = "1",
                ["minor"] = "36",
                ["gitVersion"] = ClusterVersion.Text,
                ["gitCommit"] = "",
                ["gitTreeState"] = "clean",
                ["buildDate"] = "2026-01-01T00:00:00Z",
                ["goVersion"] = "",
                ["compiler"] = "",
                ["platform"] = "linux/amd64",
            }),
            ["/api"] = new(new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") }),
            ["/apis"] = new(Discovery.Groups()),
        };
        var index = new JsonObject();
        foreach (var group in Kinds.All.GroupBy(k => (k.Group, k.Version, k.ApiVersion)))
        {
            var path = group.Key.Group.Length == 0 ? "api/v1" : $"apis/{group.Key.ApiVersion}";
            documents[$"/{path}"] = new Document(Discovery.Resources(group.Key.ApiVersion, group));
            var types = new Document(OpenApi.Of(path, [.. group]));
            documents[$"/openapi/v3/{path}"] = types;
            index[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={types.Hash}" };
        }

        documents["/openapi/v3"] = new Document(new JsonObject { ["paths"] = index });
        return documents;
    }
}
