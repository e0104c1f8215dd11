using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Patching;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Api;

/// <summary>Validates the configuration of a server-side apply.</summary>
/// <remarks>The messages are those of structured-merge-diff, which a real API server uses.</remarks>
internal static class AppliedConfiguration
{
    /// <exception cref="ApiException">The configuration does not match the target's type.</exception>
    public static void Check(JsonObject config, RequestPath target)
    {
        var name = config.Text("metadata", "name") ?? "";
        if (config.Text("apiVersion") != target.Kind.ApiVersion || config.Text("kind") != target.Kind.Kind)
        {
            throw ApiException.BadRequest($"incorrect object kind or version: expected {target.Kind}");
        }

        if (name.Length > 0 && name != target.Name)
        {
            throw ApiException.BadRequest(
                $"the name of the object ({name}) does not match the name on the URL ({target.Name})");
        }

        if (config.Object("metadata")?["managedFields"] is not null)
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }

        config.Ensure("metadata")["name"] = target.Name;
        if (target.Kind.IsNamespaced)
        {
            config.Ensure("metadata")["namespace"] = target.Namespace;
        }

        var type = new FieldType(ValueKind.Object, "") { Object = TypeCatalog.Instance.Find(target.Kind.Kind) };
        var errors = Errors(config, type, "").ToArray();
        if (errors.Length > 0)
        {
            var subject = $"{(target.Kind.IsNamespaced ? target.Namespace + "/" : "")}{target.Name}; {target.Kind}";
            throw new ApiException(
                500,
                "InternalError",
                errors is [var only]
                    ? $"failed to create typed patch object ({subject}): {only}"
                    : $"failed to create typed patch object ({subject}): errors:\n{string.Join('\n', errors.Select(e => $"  {e}"))}");
        }
    }

    private static IEnumerable<string> Errors(JsonNode? value, FieldType type, string path)
    {
        switch (value)
        {
            case null:
                return [];
            case JsonObject map when type.Kind == ValueKind.Object:
                return map.SelectMany(e => type.Object!.Find(e.Key) is { } field
                    ? Errors(e.Value, field.Type, $"{path}.{e.Key}")
                    : [$"{path}.{e.Key}: field not declared in schema"]);
            case JsonObject map when type.Kind == ValueKind.Map:
                return map.SelectMany(e => Errors(e.Value, type.Element!, $"{path}.{e.Key}"));
            case JsonArray list when type.Kind == ValueKind.List:
                return Duplicates(list, type, path)
                    .Concat(
                        list.SelectMany(
                            (item, index) => Errors(item, type.Element!, path + NameOf(item, index, type))));
            default:
                return StrictDecoding.Fits(value, type)
                    ? []
                    : [$"{path}: expected {Expected(type)}, got {value.ToJsonString()}"];
        }
    }

    private static IEnumerable<string> Duplicates(JsonArray list, FieldType type, string path) =>
        type.Keys.Count == 0 || type.IsAtomic
            ? []
            : list
                .GroupBy(item => Parts.NameOf(item, type))
                .Where(g => g.Count() > 1)
                .Select(g => $"{path}: duplicate entries for key {Parts.Print(g.Key)}");

    private static string NameOf(JsonNode? item, int index, FieldType type) => type.Keys.Count > 0
        ? Parts.Print(Parts.NameOf(item, type))
        : string.Create(CultureInfo.InvariantCulture, $"[{index}]");

    private static string Expected(FieldType type) => type.Kind switch
    {
        ValueKind.Whole => "numeric (int or float)",
        ValueKind.Flag => "boolean",
        ValueKind.List => "list",
        ValueKind.Map or ValueKind.Object => "map",
        _ => "string",
    };
}
