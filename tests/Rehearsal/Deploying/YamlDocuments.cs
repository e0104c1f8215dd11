using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Migrator.Rehearsal.Deploying;

/// <summary>
/// Manifests out of a YAML text, as Orca reads them: with SnakeYAML, so by YAML 1.1, where <c>yes</c> and <c>on</c> are
/// truth values. Source: <c>ManifestEvaluator.java</c>.
/// </summary>
internal static partial class YamlDocuments
{
    /// <summary>Each document that is not empty; one that is a list counts as its items.</summary>
    /// <exception cref="RehearsalException">It is no YAML, or something else than objects.</exception>
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
                    .Select(n => n as JsonObject ?? throw new RehearsalException($"A manifest is an object, not {n!.ToJsonString()}.")),
            ];
        }
        catch (YamlException problem)
        {
            throw new RehearsalException($"The manifest is no YAML: {problem.Message}");
        }
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(e => KeyValuePair.Create(((YamlScalarNode)e.Key).Value!, Convert(e.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value ?? ""),
        YamlScalarNode scalar => scalar.Value,
        _ => throw new RehearsalException($"{node} is no YAML that a manifest can hold."),
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
