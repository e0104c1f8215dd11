using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>The label <c>pod-template-hash</c>, which distinguishes the pods of different templates.</summary>
internal static class TemplateHash
{
    public const string Label = "pod-template-hash";

    /// <summary>Returns a hash of ten letters that depends only on the template.</summary>
    public static string Of(JsonNode template)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(template)!.ToJsonString()));
        return new string([.. hash.Take(10).Select(b => RandomNames.Alphabet[b % RandomNames.Alphabet.Length])]);
    }

    /// <summary>Returns a ReplicaSet's template as the Deployment defined it, without the hash label.</summary>
    public static JsonNode Original(JsonObject set)
    {
        var template = set.Object("spec", "template")!.Copy();
        template.Object("metadata", "labels")?.Remove(Label);
        return template;
    }

    public static bool Same(JsonNode left, JsonNode right) => Json.Same(Canonical(left), Canonical(right));

    private static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map
            .OrderBy(e => e.Key, StringComparer.Ordinal)
            .Select(e => KeyValuePair.Create(e.Key, Canonical(e.Value)))),
        JsonArray list => Json.Array(list.Select(Canonical)),
        _ => node?.DeepClone(),
    };
}
