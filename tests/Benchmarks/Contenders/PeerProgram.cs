using Migrator.Tooling;

namespace Migrator.Benchmarks.Contenders;

/// <summary>The arguments to publish the programs in <c>Peers/</c>. Each program runs a migration tool that exists only as a library.</summary>
internal static class PeerProgram
{
    /// <summary>Returns the arguments that publish a Native AOT project as a JIT build.</summary>
    /// <remarks>
    /// The committed lock file contains the AOT compiler. Without these arguments, a JIT build would fail in CI.
    /// Outside CI, it would overwrite the committed lock file.
    /// </remarks>
    public static string[] JitArguments(string name) =>
    [
        "--self-contained", "false", "-p:PublishAot=false", "-p:RestoreLockedMode=false",
        $"-p:NuGetLockFilePath={RepositoryRoot.Combine("artifacts", "build", $"benchmarks-{name}-jit.lock.json")}",
    ];
}
