using Migrator.Image.Tests.Building;
using Migrator.Tooling.Caching;

namespace Migrator.Image.Tests.StandIns;

/// <summary>A Debian in a folder, made once from its packages.</summary>
internal static class DebianRoot
{
    // Its glibc (2.41) is newer than that of the real base (2.39), and both have the second fmod that the executable
    // must not ask for.
    private const string Suite = "trixie";

    // Above a minimal system: what Microsoft's SDK image has in its variant with the tools for Native AOT, and TLS.
    private static readonly string[] s_packages =
        ["ca-certificates", "clang", "libssl3t64", "libstdc++6", "llvm", "zlib1g-dev"];

    /// <summary>The folder. It must not be changed.</summary>
    public static async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        var entry = await CacheEntry.GetOrCreateAsync(
            Path.Combine(CacheFolder.Path, "debian", string.Join('-', [Suite, HostFiles.Architecture, .. s_packages])),
            CreateAsync,
            cancellationToken);
        return Path.Combine(entry, "root");
    }

    private static async Task CreateAsync(string folder, CancellationToken cancellationToken)
    {
        var root = Path.Combine(folder, "root");
        await Tool.RunAsync(
            [
                // Its mounts (/proc) end with it, even when it is killed.
                "unshare", "--mount", "--propagation", "private",
                // Nobody needs the half of it after a power cut.
                "env", "DPKG_FORCE=unsafe-io",
                "debootstrap", "--variant=minbase", $"--include={string.Join(',', s_packages)}", Suite, root,
            ],
            cancellationToken);

        foreach (var cache in Directory.EnumerateFiles(Path.Combine(root, "var/cache/apt/archives"), "*.deb"))
        {
            File.Delete(cache);
        }

        // As in Microsoft's images; the folder itself is mounted.
        File.CreateSymbolicLink(Path.Combine(root, "usr/bin/dotnet"), "/usr/share/dotnet/dotnet");
    }
}
