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
        var problems = new List<Problem>();
        foreach ((string name, string file) in map)
        {
            string proper = UsualNames.GetValueOrDefault(name, name);
            if (!IsKnown(proper))
            {
                problems.Add(new Problem("settings-map", $"--settings-map {name}={file}: there is no setting {name}")
                {
                    Advice = "Name it as its environment variable, such as DATABASE_URL or PGPASSWORD; the file's name stands behind the equals sign.",
                });
            }
            else if (files.TryGetValue(file, out string? value))
            {
                result[proper] = value;
            }
            else
            {
                problems.Add(new Problem("settings-map", $"--settings-map {name}={file}: the settings folder {path} has no file {file}")
                {
                    Advice = $"It holds {(files.Count == 0 ? "nothing" : string.Join(", ", files.Keys.Order(StringComparer.Ordinal)))}.",
                });
            }
        }

        if (problems.Count > 0)
        {
            throw new MigrateException(ExitCode.Usage, problems);
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

    private static bool IsKnown(string name)
        => ConnectionSources.IsVariable(name)
        || name.StartsWith(KnownSettings.Placeholder.EnvironmentName + "_", StringComparison.Ordinal)
        || KnownSettings.All.Any(s => s.EnvironmentName == name);

    private static Dictionary<string, string> ReadFiles(string path)
    {
        if (File.Exists(path))
        {
            throw new MigrateException(ExitCode.Usage, new Problem("settings-dir", $"--settings-dir {path} is a file, not a folder")
            {
                Advice = "Name the folder that holds one file for each setting.",
            });
        }

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
