using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>Ways through YAML's nodes.</summary>
internal static class YamlNodes
{
    /// <summary>The node at a path of keys and positions, or null where the path ends early.</summary>
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

    /// <summary>The text of a scalar, or null.</summary>
    public static string? Text(this YamlNode? node) => (node as YamlScalarNode)?.Value;

    /// <summary>The items of a list; none when it is no list.</summary>
    public static IEnumerable<YamlNode> Items(this YamlNode? node) => (node as YamlSequenceNode)?.Children ?? [];

    /// <summary>The items of a list as texts.</summary>
    public static IReadOnlyList<string?> Texts(this YamlNode? node) => [.. node.Items().Select(Text)];

    /// <summary>The entries of a map with their keys as texts; none when it is no map.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> Entries(this YamlNode? node) =>
        (node as YamlMappingNode)?.Children.Select(e => (e.Key.Text()!, e.Value)) ?? [];

    /// <summary>A container's variables: name and value, or <c>secret/key</c>, or <c>field</c>.</summary>
    public static IReadOnlyDictionary<string, string> Environment(this YamlNode? container) =>
        container.At("env").Items().ToDictionary(
            e => e.At("name").Text()!,
            e => e.At("value").Text()
                ?? e.At("valueFrom", "fieldRef", "fieldPath").Text()
                ?? $"{e.At("valueFrom", "secretKeyRef", "name").Text()}/{e.At("valueFrom", "secretKeyRef", "key").Text()}");

    /// <summary>Whether a plain scalar is a text, and no number, truth value or null (YAML 1.1, as Kubernetes reads it).</summary>
    public static bool IsText(this YamlScalarNode scalar) => scalar.Style != ScalarStyle.Plain;
}
