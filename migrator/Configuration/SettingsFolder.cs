namespace Migrator.Configuration;

/// <summary>
/// A folder with one file per setting, as Kubernetes mounts a Secret or ConfigMap. A file is named as the environment
/// variable is, as operators usually name it (<see cref="UsualNames"/>), or by <c>--settings-map</c>.
/// </summary>
internal static class SettingsFolder
{
    // The keys that Secrets of the common PostgreSQL operators and charts hold.
    private static readonly Dictionary<string, string> UsualNames = new(StringComparer.Ordinal)
    {
        ["url"] = "DATABASE_URL",
        ["uri"] = "DATABASE_URL",
        ["host"] = "PGHOST",
        ["port"] = "PGPORT",
        ["dbname"] = "PGDATABASE",
        ["database"] = "PGDATABASE",
        ["user"] = "PGUSER",
        ["username"] = "PGUSER",
        ["password"] = "PGPASSWORD",
        ["sslmode"] = "PGSSLMODE",
    };

    /// <summary>The files' contents by environment name, without the line end that editors add.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="map">File names by environment name, from <c>--settings-map</c>.</param>
    /// <exception cref="MigrateException">The folder or a file cannot be read, or a mapped file is missing.</exception>
    public static Dictionary<string, string> Read(string path, IReadOnlyDictionary<string, string> map)
    {
        Dictionary<string, string> files = ReadFiles(path);
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string file) in map)
        {
            result[UsualNames.GetValueOrDefault(name, name)] = files.TryGetValue(file, out string? value) ? value : throw new MigrateException(
                ExitCode.Usage,
                new Problem("settings-map", $"--settings-map {name}={file}: the settings folder {path} has no file {file}")
                {
                    Advice = $"It holds {(files.Count == 0 ? "nothing" : string.Join(", ", files.Keys.Order(StringComparer.Ordinal)))}.",
                });
        }

        foreach ((string file, string value) in files)
        {
            result.TryAdd(file, value);
        }

        // Behind the proper names, and in their own order: a Secret may hold both user and username.
        foreach ((string usual, string name) in UsualNames)
        {
            if (files.TryGetValue(usual, out string? value))
            {
                result.TryAdd(name, value);
            }
        }

        return result;
    }

    private static Dictionary<string, string> ReadFiles(string path)
    {
        try
        {
            // Names that begin with a dot are Kubernetes' own (..data).
            return new DirectoryInfo(path).EnumerateFiles()
                .Where(f => !f.Name.StartsWith('.'))
                .ToDictionary(f => f.Name, f => File.ReadAllText(f.FullName).TrimEnd('\r', '\n'), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigrateException(
                ExitCode.Usage,
                new Problem("settings-dir", $"the settings folder {path} cannot be read: {e.Message}")
                {
                    Advice = "Check --settings-dir (MIGRATE_SETTINGS_DIR) and that the Secret is mounted there.",
                },
                e);
        }
    }
}
