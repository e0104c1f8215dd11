namespace Migrator.Benchmarks.Contenders;

/// <summary>Finds programs in PATH. posix_spawn needs a path, and the search must not be measured.</summary>
internal static class Programs
{
    /// <summary>Returns all paths of programs with a name in PATH.</summary>
    public static IEnumerable<string> InPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .Where(File.Exists);
}
