using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Api;

/// <summary>The discovery documents, which list the resources that the server serves.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api</remarks>
internal static class Discovery
{
    private static readonly string[] s_verbs =
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    private static readonly string[] s_partVerbs = ["get", "patch", "update"];

    /// <summary>Returns all groups with their resources (aggregated discovery).</summary>
    public static JsonObject Aggregated(bool isCore) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = "apidiscovery.k8s.io/v2",
        ["metadata"] = new JsonObject(),
        ["items"] = Json.Array(Kinds.All
            .Where(k => k.Group.Length == 0 == isCore)
            .GroupBy(k => k.Group)
            .Select(AggregatedGroup)),
    };

    /// <summary>Returns the list of groups.</summary>
    public static JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = Json.Array(Kinds.All.Where(k => k.Group.Length > 0).GroupBy(k => k.Group).Select(group =>
        {
            var version = new JsonObject
            {
                ["groupVersion"] = group.First().ApiVersion,
                ["version"] = group.First().Version,
            };
            return new JsonObject
            {
                ["name"] = group.Key,
                ["versions"] = new JsonArray(version),
                ["preferredVersion"] = version.DeepClone(),
            };
        })),
    };

    /// <summary>Returns the resources of one group and version.</summary>
    public static JsonObject Resources(string apiVersion, IEnumerable<ResourceKind> kinds) => new()
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = apiVersion,
        ["resources"] = Json.Array(kinds.SelectMany(kind => Parts(kind)
            .Select(part => Resource(kind, $"{kind.Plural}/{part}", s_partVerbs))
            .Prepend(Resource(kind, kind.Plural, s_verbs)))),
    };

    private static JsonObject AggregatedGroup(IGrouping<string, ResourceKind> group)
    {
        var version = new JsonObject
        {
            ["version"] = group.First().Version,
            ["resources"] = Json.Array(group.Select(AggregatedResource)),
            ["freshness"] = "Current",
        };
        var metadata = new JsonObject();
        if (group.Key.Length > 0)
        {
            metadata["name"] = group.Key;
        }

        return new JsonObject { ["metadata"] = metadata, ["versions"] = new JsonArray(version) };
    }

    private static JsonObject AggregatedResource(ResourceKind kind)
    {
        var resource = new JsonObject
        {
            ["resource"] = kind.Plural,
            ["responseKind"] = ResponseKind(kind),
            ["scope"] = kind.IsNamespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = kind.Singular,
            ["verbs"] = Texts(s_verbs),
        };
        AddNames(resource, kind);
        if (Parts(kind).ToArray() is { Length: > 0 } parts)
        {
            resource["subresources"] = Json.Array(parts.Select(part => new JsonObject
            {
                ["subresource"] = part,
                ["responseKind"] = ResponseKind(kind),
                ["verbs"] = Texts(s_partVerbs),
            }));
        }

        return resource;
    }

    private static JsonObject ResponseKind(ResourceKind kind) =>
        new() { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind };

    private static JsonObject Resource(ResourceKind kind, string name, string[] verbs)
    {
        var resource = new JsonObject
        {
            ["name"] = name,
            ["singularName"] = name == kind.Plural ? kind.Singular : "",
            ["namespaced"] = kind.IsNamespaced,
            ["kind"] = kind.Kind,
            ["verbs"] = Texts(verbs),
        };
        if (name == kind.Plural)
        {
            AddNames(resource, kind);
        }

        return resource;
    }

    private static void AddNames(JsonObject resource, ResourceKind kind)
    {
        if (kind.ShortNames.Count > 0)
        {
            resource["shortNames"] = Texts(kind.ShortNames);
        }

        if (kind.IsInAll)
        {
            resource["categories"] = new JsonArray("all");
        }
    }

    private static IEnumerable<string> Parts(ResourceKind kind)
    {
        if (kind.HasStatus)
        {
            yield return "status";
        }

        if (kind == Kinds.Deployment || kind == Kinds.ReplicaSet || kind == Kinds.StatefulSet)
        {
            yield return "scale";
        }

        if (kind == Kinds.Pod)
        {
            yield return "log";
        }

        if (kind == Kinds.Pod || kind == Kinds.Service)
        {
            yield return "proxy";
        }
    }

    private static JsonArray Texts(IEnumerable<string> texts) => Json.Array(texts.Select(t => (JsonNode?)t));
}
