using Migrator.Image.Tests.Building;
using Migrator.Tooling.Caching;

namespace Migrator.Image.Tests.BaseImages;

/// <summary>Creates a Debian root file system from Debian's packages, once.</summary>
internal static class DebianRoot
{
    // Its glibc (2.41) is newer than that of the real base image (2.39). Both have the newer version of fmod, which the
    // executable must not require.
    private const string Suite = "trixie";

    // Packages in addition to a minimal system: those of Microsoft's SDK image for Native AOT, and TLS.
    private static readonly string[] s_packages =
        ["ca-certificates", "clang", "libssl3t64", "libstdc++6", "llvm", "zlib1g-dev"];

    /// <summary>Returns the folder, which must not be changed.</summary>
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
                // In a separate namespace, the mounts (/proc) are removed even if debootstrap is killed.
                "unshare", "--mount", "--propagation", "private",
                // No fsync, because an incomplete folder is not used after a crash.
                "env", "DPKG_FORCE=unsafe-io",
                "debootstrap", "--variant=minbase", $"--include={string.Join(',', s_packages)}", Suite, root,
            ],
            cancellationToken);

        foreach (var cache in Directory.EnumerateFiles(Path.Combine(root, "var/cache/apt/archives"), "*.deb"))
        {
            File.Delete(cache);
        }

        // As in Microsoft's images. The target folder is mounted later.
        File.CreateSymbolicLink(Path.Combine(root, "usr/bin/dotnet"), "/usr/share/dotnet/dotnet");
    }
}
