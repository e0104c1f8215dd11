namespace Migrator.Tooling.Packages;

/// <summary>A package of the npm registry, pinned by version and content.</summary>
/// <param name="Name">Its name with its scope.</param>
/// <param name="Version">Its exact version.</param>
/// <param name="Integrity">
/// What <c>npm view NAME@VERSION dist.integrity</c> prints: <c>sha512-</c> and the base64 digest of the tarball.
/// </param>
public sealed record NpmPackage(string Name, string Version, string Integrity)
{
    /// <summary>
    /// What <c>npm pack</c> is asked for: <c>name@version</c> (a test of the cache packs a folder instead).
    /// </summary>
    public string Spec { get; init; } = $"{Name}@{Version}";

    /// <summary>The folder of the cache: another pin never meets what an earlier one unpacked.</summary>
    internal string FolderName =>
        $"{Name.TrimStart('@').Replace('/', '-')}-{Version}-{Convert.ToHexStringLower(Digest.AsSpan(0, 6))}";

    internal byte[] Digest => Convert.FromBase64String(Integrity["sha512-".Length..]);
}
