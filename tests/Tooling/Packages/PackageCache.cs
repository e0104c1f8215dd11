using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Migrator.Tooling.Caching;

namespace Migrator.Tooling.Packages;

/// <summary>Downloads pinned packages once. Later calls need neither network nor npm.</summary>
/// <param name="folder">The folder of the cache.</param>
/// <param name="npm">The npm client.</param>
public sealed class PackageCache(string folder, Npm npm)
{
    /// <summary>The current user's cache, with the npm client in PATH.</summary>
    public static PackageCache Default { get; } = new(Path.Combine(CacheFolder.Path, "npm"), new Npm());

    /// <summary>Returns the folder with the package's content. Downloads the package if necessary.</summary>
    /// <param name="package">The package.</param>
    /// <param name="finish">Finishes the installation. Called once, with the unpacked folder.</param>
    /// <param name="cancellationToken">Cancels the download.</param>
    /// <exception cref="ToolingException">npm is missing or failed, or the checksum differs.</exception>
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
                $"The npm package {package.Name}@{package.Version} does not match its pinned checksum and was not unpacked: "
                + $"the checksum is sha512-{Convert.ToBase64String(digest)}, expected {package.Integrity}.");
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

        // npm tarballs contain one folder named "package".
        var inner = Path.Combine(target, "package");
        foreach (var entry in Directory.EnumerateFileSystemEntries(inner))
        {
            Directory.Move(entry, Path.Combine(target, Path.GetFileName(entry)));
        }

        Directory.Delete(inner);
    }
}
