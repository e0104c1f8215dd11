namespace Migrator.Configuration;

/// <summary>
/// Reads a folder with one file per setting, as Kubernetes mounts a Secret or ConfigMap. A file has the name of an
/// environment variable, a common Secret key (<see cref="CommonKeys"/>), or a name that <c>--settings-map</c> maps.
/// </summary>
internal static class SettingsFolder
{
    // A Secret of Kubernetes has at most 1 MB.
    private const long LongestFile = 1 << 20;

    // The keys in the Secrets of common PostgreSQL operators and charts.
    private static readonly Dictionary<string, string> CommonKeys = new(StringComparer.Ordinal)
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

    /// <summary>Returns the contents of the files by environment variable, without the line end that editors add.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="map">The file names by environment variable, from <c>--settings-map</c>.</param>
    /// <exception cref="MigrateException">The folder or a file cannot be read, or a mapped file does not exist (2).</exception>
    public static Dictionary<string, string> Read(string path, IReadOnlyDictionary<string, string> map)
    {
        Dictionary<string, string> files = ReadFiles(path);
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<Problem>();
        foreach ((string name, string file) in map)
        {
            string variable = CommonKeys.GetValueOrDefault(name, name);
            if (!IsKnown(variable))
            {
                problems.Add(new Problem("settings-map", $"--settings-map {name}={file}: there is no setting {name}")
                {
                    Advice = "Write NAME=FILE, where NAME is an environment variable such as DATABASE_URL or PGPASSWORD.",
                });
            }
            else if (files.TryGetValue(file, out string? value))
            {
                result[variable] = value;
            }
            else
            {
                problems.Add(new Problem("settings-map", $"--settings-map {name}={file}: the settings folder {path} has no file {file}")
                {
                    Advice = $"The folder contains {(files.Count == 0 ? "no files" : string.Join(", ", files.Keys.Order(StringComparer.Ordinal)))}.",
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

        // Files with the name of an environment variable take precedence. If a Secret has both user and username, the first
        // of them in CommonKeys counts.
        foreach ((string key, string name) in CommonKeys)
        {
            if (files.TryGetValue(key, out string? value))
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
                Advice = "Set it to the folder that contains one file for each setting.",
            });
        }

        try
        {
            // Names that start with a dot, such as ..data, belong to Kubernetes.
            return new DirectoryInfo(path).EnumerateFiles()
                .Where(f => !f.Name.StartsWith('.'))
                .ToDictionary(f => f.Name, f => ReadText(f.FullName).TrimEnd('\r', '\n'), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigrateException(
                ExitCode.Usage,
                new Problem("settings-dir", $"the settings folder {path} cannot be read: {ForeignText.Of(e.Message)}")
                {
                    Advice = "Check --settings-dir (MIGRATE_SETTINGS_DIR), and that the Secret is mounted at that path.",
                },
                e);
        }
    }

    private static string ReadText(string path)
    {
        UnixFile.ThrowIfSpecial(path);
        return new FileInfo(path).Length <= LongestFile ? File.ReadAllText(path) : throw new IOException($"{path} is larger than 1 MB, so it is not a setting");
    }
}
