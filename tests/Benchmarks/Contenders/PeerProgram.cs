using Migrator.Tooling;

namespace Migrator.Benchmarks.Contenders;

/// <summary>Peers that are libraries get a small program, below <c>Peers/</c>.</summary>
internal static class PeerProgram
{
    /// <summary>Publishes a project that is Native AOT elsewhere for the .NET runtime.</summary>
    /// <remarks>
    /// The committed lock file is that of the AOT build, with its compiler: this one is neither to be refused for it nor to
    /// overwrite it.
    /// </remarks>
    public static string[] JitArguments(string name) =>
    [
        "--self-contained", "false", "-p:PublishAot=false", "-p:RestoreLockedMode=false",
        $"-p:NuGetLockFilePath={RepositoryRoot.Combine("artifacts", "build", $"benchmarks-{name}-jit.lock.json")}",
    ];
}
