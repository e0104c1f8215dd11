namespace Migrator.LocalCluster;

/// <summary>An image: its files, which are files of this machine, and the program to start.</summary>
/// <remarks>
/// Commands, arguments and environment variables contain paths in the image. Paths that <see cref="Files"/> or a volume
/// mount maps are replaced by the corresponding paths on this machine.
/// </remarks>
public sealed record ImageProgram
{
    /// <summary>
    /// The program and its first arguments. The program is a path in <see cref="Files"/>, a name to find there through
    /// PATH, or the absolute path of a program on this machine. A container's <c>command</c> replaces it.
    /// </summary>
    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    /// <summary>The arguments after the entrypoint. A container's <c>command</c> or <c>args</c> replace them.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The working directory, as a path in the image. Default: <c>/</c>, an empty folder of the pod.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>The image's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The files of the image: maps absolute paths in the image, such as <c>/usr/local/bin/migrate</c> or
    /// <c>/migrations</c>, to files or folders on this machine. A container can run only programs from this map.
    /// </summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();
}
