using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Triggers;

/// <summary>The choices of a user who starts a pipeline manually.</summary>
public sealed record ManualStart
{
    /// <summary>The image with its tag, for a pipeline with a docker trigger. Null for none.</summary>
    public Artifact? Image { get; init; }

    /// <summary>The parameters that differ from their defaults.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Returns the artifact that Spinnaker's UI creates for an image and its tag.</summary>
    /// <param name="name">The name of the image without its tag.</param>
    /// <param name="tag">The tag.</param>
    public static Artifact ImageOf(string name, string tag) =>
        new("docker/image") { Name = name, Version = tag, Reference = tag.StartsWith("sha256:", StringComparison.Ordinal) ? $"{name}@{tag}" : $"{name}:{tag}" };
}
