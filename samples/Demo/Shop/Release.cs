namespace Migrator.Demo.Shop;

/// <summary>A version of the service as its image would hold it: the program, migrate and the scripts.</summary>
/// <param name="Version">1, 2 or 3.</param>
/// <param name="Orders">The path of its executable.</param>
internal sealed record Release(int Version, string Orders)
{
    /// <summary><c>v1</c></summary>
    public string Name => $"v{Version}";

    /// <summary>What would be the image's working folder.</summary>
    public string Folder => Path.GetDirectoryName(Orders)!;

    /// <summary>The names of the scripts that this release needs applied: versioned and repeatable ones.</summary>
    public IReadOnlyList<string> Scripts { get; } =
    [
        .. Directory.EnumerateFiles(
                Path.Combine(Path.GetDirectoryName(Orders)!, "migrations"), "*.sql", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(file))
            .Where(name => name[0] is 'V' or 'R')
            .Order(StringComparer.Ordinal),
    ];
}
