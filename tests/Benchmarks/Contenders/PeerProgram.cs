using Migrator.Tooling;

namespace Migrator.Benchmarks.Contenders;

/// <summary>Publishes the programs in <c>Peers/</c>, which run tools that are only libraries.</summary>
internal static class PeerProgram
{
    /// <summary>Returns the arguments that publish a Native AOT project as a JIT build.</summary>
    /// <remarks>
    /// The committed lock file contains the AOT compiler. Without these arguments, a JIT build would fail in CI and
    /// would overwrite the lock file elsewhere.
    /// </remarks>
    public static string[] JitArguments(string name) =>
    [
        "--self-contained", "false", "-p:PublishAot=false", "-p:RestoreLockedMode=false",
        $"-p:NuGetLockFilePath={RepositoryRoot.Combine("artifacts", "build", $"benchmarks-{name}-jit.lock.json")}",
    ];
}
