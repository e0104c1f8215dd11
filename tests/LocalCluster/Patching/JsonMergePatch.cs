using System.Text.Json.Nodes;

namespace Migrator.LocalCluster.Patching;

/// <summary>Applies JSON merge patches (RFC 7396).</summary>
internal static class JsonMergePatch
{
    public static JsonNode Apply(JsonNode? target, JsonNode patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch.DeepClone();
        }

        var result = target is JsonObject map ? (JsonObject)map.DeepClone() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else
            {
                result[name] = Apply(result[name], value);
            }
        }

        return result;
    }
}
