namespace Migrator.Tooling;

/// <summary>The folder of <c>Migrator.sln</c>, from wherever inside it a test or sample was built.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder's absolute path.</summary>
    public static string Path { get; } = Find();

    /// <summary>An absolute path inside the repository.</summary>
    public static string Combine(params ReadOnlySpan<string> parts) =>
        System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Migrator.sln")))
            {
                return folder.FullName;
            }
        }

        throw new ToolingException(
            $"{AppContext.BaseDirectory} is not inside a checkout of Migrator (no Migrator.sln above it).");
    }
}
