using System.Globalization;
using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Deploying;

/// <summary>
/// Adds the annotations and labels that Spinnaker sets on an object and on its pod template. Source:
/// <c>KubernetesManifestAnnotater.java</c>, <c>KubernetesManifestLabeler.java</c>.
/// </summary>
internal static class SpinnakerMetadata
{
    /// <summary>Adds the annotations that describe the object as an artifact.</summary>
    public static void AddArtifact(JsonObject manifest, Artifact artifact) => Annotate(
        manifest,
        ("artifact.spinnaker.io/type", artifact.Type),
        ("artifact.spinnaker.io/name", artifact.Name),
        ("artifact.spinnaker.io/location", artifact.Location),
        ("artifact.spinnaker.io/version", artifact.Version));

    /// <summary>Adds the annotations and labels that assign the object to an application.</summary>
    /// <param name="manifest">The object.</param>
    /// <param name="application">The stage's <c>moniker.app</c>.</param>
    /// <param name="version">The version of a versioned object, or null.</param>
    /// <param name="withTemplateLabels">Whether to label the pod template, too. False with <c>skipSpecTemplateLabels</c>.</param>
    public static void AddApplication(JsonObject manifest, string application, int? version, bool withTemplateLabels)
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

    /// <summary>Adds annotations. Does not change existing ones.</summary>
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

    /// <summary>Adds labels. An existing <c>name</c> label is kept. An existing <c>managed-by</c> label is overwritten.</summary>
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
