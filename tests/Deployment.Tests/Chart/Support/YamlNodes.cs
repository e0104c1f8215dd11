using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>Extension methods that read YAML nodes.</summary>
internal static class YamlNodes
{
    /// <summary>Returns the node at a path of keys and list indexes, or null if it does not exist.</summary>
    public static YamlNode? At(this YamlNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            node = node switch
            {
                YamlMappingNode map => map.Children.TryGetValue(new YamlScalarNode(step), out var value) ? value : null,
                YamlSequenceNode list when int.TryParse(step, CultureInfo.InvariantCulture, out var i) && i < list.Children.Count
                    => list.Children[i],
                _ => null,
            };
        }

        return node;
    }

    /// <summary>Returns the text of a scalar, or null for any other node.</summary>
    public static string? Text(this YamlNode? node) => (node as YamlScalarNode)?.Value;

    /// <summary>Returns the items of a list, or none for any other node.</summary>
    public static IEnumerable<YamlNode> Items(this YamlNode? node) => (node as YamlSequenceNode)?.Children ?? [];

    /// <summary>Returns the items of a list as text.</summary>
    public static IReadOnlyList<string?> Texts(this YamlNode? node) => [.. node.Items().Select(Text)];

    /// <summary>Returns the entries of a map with their keys as text, or none for any other node.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> Entries(this YamlNode? node) =>
        (node as YamlMappingNode)?.Children.Select(e => (e.Key.Text()!, e.Value)) ?? [];

    /// <summary>Returns a container's environment variables by name. A value from a Secret is <c>secret/key</c>; from a field, the path.</summary>
    public static IReadOnlyDictionary<string, string> Environment(this YamlNode? container) =>
        container.At("env").Items().ToDictionary(
            e => e.At("name").Text()!,
            e => e.At("value").Text()
                ?? e.At("valueFrom", "fieldRef", "fieldPath").Text()
                ?? $"{e.At("valueFrom", "secretKeyRef", "name").Text()}/{e.At("valueFrom", "secretKeyRef", "key").Text()}");

    /// <summary>Whether the scalar is quoted, and so is a string rather than a number, a boolean or null.</summary>
    public static bool IsText(this YamlScalarNode scalar) => scalar.Style != ScalarStyle.Plain;
}
