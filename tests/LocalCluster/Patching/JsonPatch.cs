using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Patching;

/// <summary>Applies JSON patches (RFC 6902): add, remove, replace, test, copy and move.</summary>
internal static class JsonPatch
{
    /// <exception cref="ApiException">422: an operation cannot be applied to the object.</exception>
    public static JsonObject Apply(JsonObject target, JsonArray patch)
    {
        JsonNode result = target.DeepClone();
        foreach (var operation in patch.OfType<JsonObject>())
        {
            var path = Split(operation.Text("path"));
            switch (operation.Text("op"))
            {
                case "add":
                    Set(result, path, operation["value"], insert: true);
                    break;
                case "replace":
                    _ = Find(result, path) ?? throw Misfit(
                        $"replace operation does not apply: doc is missing key: {operation.Text("path")}: missing value");
                    Set(result, path, operation["value"], insert: false);
                    break;
                case "remove":
                    Remove(result, path);
                    break;
                case "test" when !Json.Same(Find(result, path), operation["value"]):
                    throw Misfit($"testing value {operation.Text("path")} failed: test failed");
                case "copy":
                    Set(result, path, Find(result, Split(operation.Text("from"))), insert: true);
                    break;
                case "move":
                    var from = Split(operation.Text("from"));
                    var moved = Find(result, from)?.DeepClone();
                    Remove(result, from);
                    Set(result, path, moved, insert: true);
                    break;
            }
        }

        return result.AsObject();
    }

    // RFC 6901: ~1 means a slash, ~0 means a tilde.
    private static string[] Split(string? pointer) =>
    [
        .. (pointer ?? "").Split('/').Skip(1).Select(part =>
            part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)),
    ];

    private static JsonNode? Find(JsonNode? node, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = node switch
            {
                JsonObject map => map[name],
                JsonArray list when int.TryParse(name, out var index) && index < list.Count => list[index],
                _ => null,
            };
        }

        return node;
    }

    private static void Set(JsonNode root, string[] path, JsonNode? value, bool insert)
    {
        var copy = value?.DeepClone();
        switch (Find(root, path.AsSpan()[..^1]))
        {
            case JsonObject map:
                map[path[^1]] = copy;
                break;
            case JsonArray list when path[^1] == "-":
                list.Add(copy);
                break;
            case JsonArray list when insert:
                list.Insert(int.Parse(path[^1], CultureInfo.InvariantCulture), copy);
                break;
            case JsonArray list:
                list[int.Parse(path[^1], CultureInfo.InvariantCulture)] = copy;
                break;
            default:
                throw Misfit(
                    $"add operation does not apply: doc is missing path: /{string.Join('/', path)}: missing value");
        }
    }

    private static void Remove(JsonNode root, string[] path)
    {
        switch (Find(root, path.AsSpan()[..^1]))
        {
            case JsonObject map when map.Remove(path[^1]):
                break;
            case JsonArray list when int.TryParse(path[^1], out var index) && index < list.Count:
                list.RemoveAt(index);
                break;
            default:
                throw Misfit(
                    $"remove operation does not apply: doc is missing path: /{string.Join('/', path)}: missing value");
        }
    }

    private static ApiException Misfit(string why) =>
        new(422, "Invalid", $"the server rejected our request due to an error in our request: {why}");
}
