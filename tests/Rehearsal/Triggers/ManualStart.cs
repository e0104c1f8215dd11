using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Triggers;

/// <summary>What somebody chooses who starts a pipeline by hand.</summary>
public sealed record ManualStart
{
    /// <summary>The image and its tag, of a pipeline with a docker trigger; null for none.</summary>
    public Artifact? Image { get; init; }

    /// <summary>Parameters that differ from their defaults.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>An image and its tag, as Spinnaker's UI makes an artifact of them.</summary>
    /// <param name="name">The image's name without its tag.</param>
    /// <param name="tag">Its tag.</param>
    public static Artifact ImageOf(string name, string tag) =>
        new("docker/image") { Name = name, Version = tag, Reference = $"{name}:{tag}" };
}
