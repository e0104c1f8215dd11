using Migrator.Tooling;

namespace Migrator.Demo.Shop;

/// <summary>A version of the service.</summary>
/// <param name="Version">1, 2 or 3.</param>
internal sealed record Release(int Version)
{
    /// <summary>The name, such as <c>v1</c>, which is also the image's tag.</summary>
    public string Name => $"v{Version}";

    /// <summary>
    /// The names of the versioned and repeatable scripts that must be applied for this release: its own scripts and
    /// those of all earlier releases.
    /// </summary>
    public IReadOnlyList<string> Scripts { get; } =
    [
        .. Enumerable.Range(1, Version)
            .SelectMany(v => Directory.EnumerateFiles(RepositoryRoot.Combine("samples", "Orders", "migrations", $"v{v}")))
            .Select(file => Path.GetFileName(file))
            .Where(name => name[0] is 'V' or 'R')
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];
}
