using System.Text;
using YamlDotNet.RepresentationModel;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>
/// Reads the documentation in values.yaml: <c># -- text</c> describes the next key, <c># == title</c> begins a section.
/// </summary>
internal static class ValuesDocument
{
    private const string DescriptionPrefix = "# -- ";
    private const string TitlePrefix = "# == ";

    /// <summary>A documented value.</summary>
    /// <param name="Section">The title of its section.</param>
    /// <param name="Path">Its keys, separated by dots.</param>
    /// <param name="Description">One paragraph of Markdown.</param>
    /// <param name="Default">The value in values.yaml.</param>
    public sealed record Value(string Section, string Path, string Description, YamlNode Default);

    /// <summary>Returns the documented values, in the order of the file.</summary>
    public static IReadOnlyList<Value> Read(string text)
    {
        var root = Yaml.Parse(text);
        var values = new List<Value>();
        var keys = new List<string>();
        var (section, description) = ("", (string?)null);
        foreach (var line in text.Split('\n'))
        {
            var content = line.TrimStart();
            if (content.StartsWith(TitlePrefix, StringComparison.Ordinal))
            {
                section = content[TitlePrefix.Length..];
            }
            else if (content.StartsWith(DescriptionPrefix, StringComparison.Ordinal))
            {
                description = content[DescriptionPrefix.Length..];
            }
            else if (content is [not ('#' or '-'), ..] && content.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                var depth = (line.Length - content.Length) / 2;
                keys.RemoveRange(Math.Min(depth, keys.Count), keys.Count - Math.Min(depth, keys.Count));
                keys.Add(content[..colon]);
                if (description is not null)
                {
                    values.Add(new Value(section, string.Join('.', keys), description, root.At([.. keys])!));
                    description = null;
                }
            }
        }

        return values;
    }

    /// <summary>Renders the values as Markdown, with a table for each section.</summary>
    public static string ToMarkdown(IEnumerable<Value> values)
    {
        var text = new StringBuilder();
        foreach (var section in values.GroupBy(v => v.Section))
        {
            text.Append($"## {section.Key}\n\n| value | default | description |\n| --- | --- | --- |\n");
            foreach (var value in section)
            {
                var description = value.Description.Replace("|", "\\|", StringComparison.Ordinal);
                text.Append($"| `{value.Path}` | `{Flow(value.Default)}` | {description} |\n");
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>Returns the paths of all leaves. A leaf is an empty map, or a node that is not a map.</summary>
    public static IEnumerable<string> Leaves(YamlNode? node, string path = "") =>
        node is YamlMappingNode { Children.Count: > 0 } map
            ? map.Entries().SelectMany(e => Leaves(e.Value, path.Length == 0 ? e.Key : $"{path}.{e.Key}"))
            : [path];

    private static string Flow(YamlNode node) => node switch
    {
        YamlMappingNode map => "{" + string.Join(", ", map.Entries().Select(e => $"{e.Key}: {Flow(e.Value)}")) + "}",
        YamlSequenceNode list => "[" + string.Join(", ", list.Children.Select(Flow)) + "]",
        YamlScalarNode scalar when scalar.IsText() => $"\"{scalar.Value}\"",
        _ => node.Text() ?? "",
    };
}
