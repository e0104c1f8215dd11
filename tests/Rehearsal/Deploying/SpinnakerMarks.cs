using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Deploying;

/// <summary>
/// The annotations and labels that Spinnaker puts on an object and on its pods' template. Source:
/// <c>KubernetesManifestAnnotater.java</c>, <c>KubernetesManifestLabeler.java</c>.
/// </summary>
internal static class SpinnakerMarks
{
    /// <summary>Marks an object with what it is, as an artifact.</summary>
    public static void Add(JsonObject manifest, Artifact artifact) => Annotate(
        manifest,
        ("artifact.spinnaker.io/type", artifact.Type),
        ("artifact.spinnaker.io/name", artifact.Name),
        ("artifact.spinnaker.io/location", artifact.Location),
        ("artifact.spinnaker.io/version", artifact.Version));

    /// <summary>Marks an object with the application that it belongs to.</summary>
    /// <param name="manifest">The object.</param>
    /// <param name="application">The stage's <c>moniker.app</c>.</param>
    /// <param name="version">Its version, of an object that has one.</param>
    /// <param name="withTemplateLabels">Whether its pods get labels too (not with <c>skipSpecTemplateLabels</c>).</param>
    public static void Add(JsonObject manifest, string application, int? version, bool withTemplateLabels)
    {
        var sequence = version?.ToString(CultureInfo.InvariantCulture);
        Annotate(
            manifest,
            ("moniker.spinnaker.io/cluster", manifest.FullName()),
            ("moniker.spinnaker.io/application", application),
            ("moniker.spinnaker.io/sequence", sequence));
        Label(manifest.Labels(), application, sequence);
        if (withTemplateLabels && manifest.TemplateMetadata() is { } template)
        {
            Label(template.Map("labels"), application, sequence);
        }
    }

    /// <summary>An annotation that is there already stays.</summary>
    private static void Annotate(JsonObject manifest, params ReadOnlySpan<(string Name, string? Value)> annotations)
    {
        foreach (var (name, value) in annotations)
        {
            if (value is not null)
            {
                manifest.Annotations().TryAdd(name, value);
                manifest.TemplateMetadata()?.Map("annotations").TryAdd(name, value);
            }
        }
    }

    /// <summary>The application's name stays where it is, <c>managed-by</c> becomes Spinnaker.</summary>
    private static void Label(JsonObject labels, string application, string? sequence)
    {
        labels.TryAdd("app.kubernetes.io/name", application);
        labels["app.kubernetes.io/managed-by"] = "spinnaker";
        if (sequence is not null)
        {
            labels["moniker.spinnaker.io/sequence"] = sequence;
        }
    }
}
