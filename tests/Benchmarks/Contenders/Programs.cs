namespace Migrator.Benchmarks.Contenders;

/// <summary>Where programs are: posix_spawn wants a path, and searching PATH is not to be measured.</summary>
internal static class Programs
{
    /// <summary>All the paths that a program of this name may have.</summary>
    public static IEnumerable<string> InPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .Where(File.Exists);
}
