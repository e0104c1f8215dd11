namespace Migrator.Tooling.Packages;

/// <summary>PostgreSQL's parser as a package for Node.js.</summary>
public static class LibPgQuery
{
    /// <summary>Returns the folder of the package for a major version, 13 to 18. Downloads the package if necessary.</summary>
    /// <exception cref="ToolingException">The package could not be downloaded.</exception>
    public static Task<string> FolderAsync(int major, CancellationToken cancellationToken = default) =>
        PackageCache.Default.GetAsync(PinnedPackages.LibPgQuery[major], AddTypes, cancellationToken);

    // The package requires @pgsql/types, which contains only TypeScript types. An empty module replaces it.
    private static void AddTypes(string folder)
    {
        var types = Directory.CreateDirectory(Path.Combine(folder, "node_modules", "@pgsql", "types")).FullName;
        File.WriteAllText(Path.Combine(types, "index.js"), "");
    }
}
