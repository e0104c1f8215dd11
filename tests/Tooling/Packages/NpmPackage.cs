namespace Migrator.Tooling.Packages;

/// <summary>A package of the npm registry, pinned by version and content.</summary>
/// <param name="Name">The name, including the scope.</param>
/// <param name="Version">The exact version.</param>
/// <param name="Integrity">
/// The output of <c>npm view NAME@VERSION dist.integrity</c>: <c>sha512-</c> and the base64 digest of the tarball.
/// </param>
public sealed record NpmPackage(string Name, string Version, string Integrity)
{
    /// <summary>
    /// The argument of <c>npm pack</c>: <c>name@version</c>, or a folder, which the tests of the cache use.
    /// </summary>
    public string Spec { get; init; } = $"{Name}@{Version}";

    /// <summary>
    /// The folder name in the cache. It contains the digest, so a changed pin never uses an older package.
    /// </summary>
    internal string FolderName =>
        $"{Name.TrimStart('@').Replace('/', '-')}-{Version}-{Convert.ToHexStringLower(Digest.AsSpan(0, 6))}";

    internal byte[] Digest => Convert.FromBase64String(Integrity["sha512-".Length..]);
}
