namespace Migrator.Tooling.Caching;

/// <summary>
/// The folder in which downloaded tools are kept between runs: <c>$MIGRATOR_CACHE</c>, else
/// <c>$XDG_CACHE_HOME/migrator</c>, else <c>~/.cache/migrator</c>.
/// </summary>
public static class CacheFolder
{
    /// <summary>The folder's absolute path. The folder may not exist yet.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("MIGRATOR_CACHE") is { Length: > 0 } own)
        {
            return System.IO.Path.GetFullPath(own);
        }

        // The XDG base directory specification says that a relative path must be ignored.
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } xdg && System.IO.Path.IsPathRooted(xdg))
        {
            return System.IO.Path.Combine(xdg, "migrator");
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0
            ? System.IO.Path.Combine(home, ".cache", "migrator")
            : throw new ToolingException("The user has no home folder for the tool cache. Set MIGRATOR_CACHE to a folder.");
    }
}
