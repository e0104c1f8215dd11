namespace Migrator.LocalCluster;

/// <summary>What an image stands for: programs and files of this machine, and how to start them.</summary>
/// <remarks>
/// Words that Kubernetes or the image hand to a process (command, arguments, environment) name places in the image;
/// those that <see cref="Files"/> or a volume mount covers become the places of this machine that stand for them.
/// </remarks>
public sealed record ImageProgram
{
    /// <summary>
    /// The program and its first arguments: a path in <see cref="Files"/>, a name found there on the PATH, or the
    /// absolute path of a program of this machine. A container's <c>command</c> replaces it.
    /// </summary>
    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    /// <summary>The arguments after the entrypoint. A container's <c>command</c> or <c>args</c> replace them.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Where the process starts: a path in the image. Default <c>/</c>, an empty folder of the pod.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>The image's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// What the image holds: from absolute paths in the image to files or folders of this machine, as in
    /// <c>/usr/local/bin/migrate</c> or <c>/migrations</c>. A container can run only what is in here.
    /// </summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();
}
