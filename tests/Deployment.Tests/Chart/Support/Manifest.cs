using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Migrator.Deployment.Tests.Chart.Support;

/// <summary>One rendered object.</summary>
internal sealed class Manifest(string text, YamlMappingNode root)
{
    /// <summary>As helm printed it, with the comment that names its template.</summary>
    public string Source { get; } = text;

    public YamlMappingNode Root { get; } = root;

    public string Kind => Text("kind")!;

    public string Name => Text("metadata", "name")!;

    public string? Annotation(string name) => Text("metadata", "annotations", name);

    public bool IsHook => Annotation("helm.sh/hook") is not null;

    /// <summary>The spec of its pods: its own, or that of its template.</summary>
    public YamlMappingNode? PodSpec => (Kind == "Pod" ? Node("spec") : Node("spec", "template", "spec")) as YamlMappingNode;

    /// <summary>A container or init container by its name.</summary>
    public YamlMappingNode Container(string name) =>
        PodSpec.At("initContainers").Items().Concat(PodSpec.At("containers").Items())
            .OfType<YamlMappingNode>()
            .Single(c => c.At("name").Text() == name);

    /// <summary>The node at a path of keys and positions, or null.</summary>
    public YamlNode? Node(params ReadOnlySpan<string> path) => Root.At(path);

    /// <summary>The scalar there, or null.</summary>
    public string? Text(params ReadOnlySpan<string> path) => Node(path).Text();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}/{Name}");
}
