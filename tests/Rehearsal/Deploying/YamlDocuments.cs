using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Migrator.Rehearsal.Deploying;

/// <summary>
/// Reads manifests from YAML as Orca does. Orca uses SnakeYAML, which implements YAML 1.1, where <c>yes</c> and <c>on</c>
/// are booleans. Source: <c>ManifestEvaluator.java</c>.
/// </summary>
internal static partial class YamlDocuments
{
    /// <summary>Returns each document that is not empty. If a document is a list, returns its items.</summary>
    /// <exception cref="RehearsalException">The text is not valid YAML, or a document is neither an object nor a list of objects.</exception>
    public static IReadOnlyList<JsonObject> Parse(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return
            [
                .. stream.Documents.Select(d => Convert(d.RootNode))
                    .SelectMany(n => n is JsonArray list ? [.. list.Select(i => i?.DeepClone())] : new[] { n })
                    .Where(n => n is not null)
                    .Select(n => n as JsonObject ?? throw new RehearsalException($"A manifest must be an object, not {n!.ToJsonString()}.")),
            ];
        }
        catch (YamlException problem)
        {
            throw new RehearsalException($"The manifest is not valid YAML: {problem.Message}");
        }
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(e => KeyValuePair.Create(((YamlScalarNode)e.Key).Value!, Convert(e.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value ?? ""),
        YamlScalarNode scalar => scalar.Value,
        _ => throw new RehearsalException($"A manifest cannot contain the YAML node {node}."),
    };

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        _ when True().IsMatch(text) => true,
        _ when False().IsMatch(text) => false,
        _ when Octal().IsMatch(text) => System.Convert.ToInt64(text, 8),
        _ when Integer().IsMatch(text) && long.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
        _ when Float().IsMatch(text) => double.Parse(text, CultureInfo.InvariantCulture),
        _ => text,
    };

    [GeneratedRegex("^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$")]
    private static partial Regex True();

    [GeneratedRegex("^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$")]
    private static partial Regex False();

    [GeneratedRegex("^0[0-7]+$")]
    private static partial Regex Octal();

    [GeneratedRegex("^[-+]?(?:0|[1-9][0-9]*)$")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[-+]?(?:[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?|\.[0-9]+(?:[eE][-+][0-9]+)?)$")]
    private static partial Regex Float();
}
