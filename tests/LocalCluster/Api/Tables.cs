using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Api;

/// <summary>Converts objects to the tables that <c>kubectl get</c> prints.</summary>
/// <remarks>https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables</remarks>
internal static class Tables
{
    public static bool IsRequested(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("as=Table;v=v1;g=meta.k8s.io", StringComparison.Ordinal);

    /// <summary>
    /// Returns the table of an object or a list. Other values, such as a Status, are returned unchanged.
    /// </summary>
    public static JsonObject Of(ResourceKind kind, JsonObject value)
    {
        var isList = value.Text("kind") == $"{kind.Kind}List";
        if (!isList && value.Text("kind") != kind.Kind)
        {
            return value;
        }

        var columns = TableColumns.Of(kind);
        var metadata = new JsonObject { ["resourceVersion"] = value.At("metadata", "resourceVersion")?.DeepClone() };
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
            ["columnDefinitions"] = Json.Array(columns.Select(c => new JsonObject
            {
                ["name"] = c.Name,
                ["type"] = "string",
                ["format"] = c.Name == "Name" ? "name" : "",
                ["description"] = "",
                ["priority"] = c.IsWide ? 1 : 0,
            })),
            ["rows"] = Json.Array((isList ? value.Items("items") : [value]).Select(item => new JsonObject
            {
                ["cells"] = Json.Array(columns.Select(c => (JsonNode?)c.Read(item))),
                ["object"] = new JsonObject
                {
                    ["kind"] = "PartialObjectMetadata",
                    ["apiVersion"] = "meta.k8s.io/v1",
                    ["metadata"] = item["metadata"]?.DeepClone(),
                },
            })),
        };
    }

    /// <summary>Returns an age in the format of kubectl: <c>45s</c>, <c>3m20s</c>, <c>5h</c>, <c>2d</c>.</summary>
    public static string Age(DateTimeOffset? moment, DateTimeOffset? until = null)
    {
        if (moment is null)
        {
            return "<unknown>";
        }

        var age = (until ?? DateTimeOffset.UtcNow) - moment.Value;
        var (hours, minutes, seconds) = ((int)age.TotalHours, (int)age.TotalMinutes, (int)Math.Max(
            0, age.TotalSeconds));
        return (seconds, minutes, hours) switch
        {
            ( < 120, _, _) => Text($"{seconds}s"),
            (_, < 10, _) when seconds % 60 > 0 => Text($"{minutes}m{seconds % 60}s"),
            (_, < 180, _) => Text($"{minutes}m"),
            (_, _, < 48) => Text($"{hours}h"),
            _ => Text($"{hours / 24}d"),
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
