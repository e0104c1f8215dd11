namespace Migrator.Image.Tests.Running;

/// <summary>The options of a run of an image.</summary>
internal sealed record ContainerRun
{
    /// <summary>Replaces the image's default command, like Kubernetes' <c>args</c>.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    /// <summary>Replaces the image's entry point and default command, like Kubernetes' <c>command</c>.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Additional environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Maps mount points to files and folders of this machine. The mounts are read-only.</summary>
    public IReadOnlyDictionary<string, string> Mounts { get; init; } = new Dictionary<string, string>();
}
