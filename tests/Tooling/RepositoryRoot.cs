namespace Migrator.Tooling;

/// <summary>The repository's root, which is the folder of <c>Migrator.sln</c> above the running program.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder's absolute path.</summary>
    public static string Path { get; } = Find();

    /// <summary>Returns an absolute path inside the repository.</summary>
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
            $"{AppContext.BaseDirectory} is not inside a checkout of Migrator: no parent folder contains Migrator.sln.");
    }
}
