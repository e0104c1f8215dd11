using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>A rendered object.</summary>
internal sealed class Manifest(string text, YamlMappingNode root)
{
    /// <summary>The text that helm printed, including the comment with the template's name.</summary>
    public string Source { get; } = text;

    public YamlMappingNode Root { get; } = root;

    public string Kind => Text("kind")!;

    public string Name => Text("metadata", "name")!;

    public string? Annotation(string name) => Text("metadata", "annotations", name);

    public bool IsHook => Annotation("helm.sh/hook") is not null;

    /// <summary>The object's own pod spec, or that of its pod template. Null if it has neither.</summary>
    public YamlMappingNode? PodSpec => (Kind == "Pod" ? Node("spec") : Node("spec", "template", "spec")) as YamlMappingNode;

    /// <summary>Returns the container or init container with this name.</summary>
    public YamlMappingNode Container(string name) =>
        PodSpec.At("initContainers").Items().Concat(PodSpec.At("containers").Items())
            .OfType<YamlMappingNode>()
            .Single(c => c.At("name").Text() == name);

    /// <summary>Returns the node at a path of keys and list indexes, or null.</summary>
    public YamlNode? Node(params ReadOnlySpan<string> path) => Root.At(path);

    /// <summary>Returns the scalar at a path of keys and list indexes, or null.</summary>
    public string? Text(params ReadOnlySpan<string> path) => Node(path).Text();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}/{Name}");
}
