namespace Migrator.Image.Tests.Running;

/// <summary>How to run an image.</summary>
internal sealed record ContainerRun
{
    /// <summary>Instead of the image's default command, after its entry point: Kubernetes' <c>args</c>.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    /// <summary>Instead of the image's entry point and its default command: Kubernetes' <c>command</c>.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Variables beside those of the image.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Folders and files of this machine, by where they appear; read-only.</summary>
    public IReadOnlyDictionary<string, string> Mounts { get; init; } = new Dictionary<string, string>();
}
