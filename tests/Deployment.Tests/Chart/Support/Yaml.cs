using YamlDotNet.RepresentationModel;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>Reads and merges YAML. A duplicate key is an error.</summary>
internal static class Yaml
{
    /// <summary>Parses a text with at most one document. Returns null if there is no document.</summary>
    public static YamlNode? Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Count == 0 ? null : stream.Documents.Single().RootNode;
    }

    /// <summary>Merges maps recursively, key by key. Later values take precedence.</summary>
    public static string Merge(params string[] texts)
    {
        var merged = new YamlMappingNode();
        foreach (var text in texts)
        {
            if (Parse(text) is YamlMappingNode map)
            {
                Overlay(merged, map);
            }
        }

        using var writer = new StringWriter();
        new YamlStream(new YamlDocument(merged)).Save(writer, assignAnchors: false);
        return writer.ToString();
    }

    private static void Overlay(YamlMappingNode target, YamlMappingNode source)
    {
        foreach (var (key, value) in source.Children)
        {
            if (value is YamlMappingNode inner && target.At(key.Text()!) is YamlMappingNode existing)
            {
                Overlay(existing, inner);
            }
            else
            {
                target.Children[key] = value;
            }
        }
    }
}
