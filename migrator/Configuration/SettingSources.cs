using Microsoft.Extensions.Configuration;

namespace Migrator.Configuration;

/// <summary>The sources of settings, from the least specific to the most specific.</summary>
internal enum SettingLayer
{
    File,
    Folder,
    Environment,
    Flags,
}

/// <summary>
/// Merges the sources of settings, most specific first: option, environment, settings folder, <c>migrate.json</c>.
/// Every source is converted to entries with <see cref="Setting.Key"/> as the key. A list adds <c>:0</c>, <c>:1</c>, … to
/// the key, a map adds <c>:name</c>.
/// </summary>
internal sealed class SettingSources
{
    private readonly IConfigurationRoot _merged;
    private readonly string? _folderPath;
    private readonly Dictionary<string, string> _folderMap;

    private SettingSources(
        IReadOnlyDictionary<string, IReadOnlyList<string>> flags, IReadOnlyDictionary<string, string> environment, string? workingFolder)
    {
        var problems = new List<Problem>();
        Dictionary<string, string?> fromFlags = SettingEntries.FromFlags(flags, problems);
        Dictionary<string, string?> fromEnvironment = SettingEntries.FromNames(environment, problems);
        Dictionary<string, string?> fromFile = workingFolder is null ? [] : SettingsFile.Read(Path.Combine(workingFolder, SettingsFile.Name), problems);
        Dictionary<string, string?>[] sources = [fromFlags, fromEnvironment, fromFile];
        _folderPath = sources.Select(s => s.GetValueOrDefault(KnownSettings.SettingsDir.Key)).FirstOrDefault(p => p is not null);
        _folderMap = sources.Select(Map).FirstOrDefault(m => m.Count > 0) ?? [];
        Environment = environment;
        Folder = new Dictionary<string, string>();
        if (string.IsNullOrEmpty(_folderPath) && _folderMap.Count > 0)
        {
            problems.Add(new Problem("settings-map", "--settings-map (MIGRATE_SETTINGS_MAP) is set, but --settings-dir is not")
            {
                Advice = "Set --settings-dir (MIGRATE_SETTINGS_DIR) to the folder, such as the mount path of a Secret.",
            });
        }

        try
        {
            Folder = ReadFolder();
        }
        catch (MigrateException e)
        {
            problems.AddRange(e.Problems);
        }

        // In the order of SettingLayer: a later provider overrides an earlier one.
        _merged = new ConfigurationBuilder()
            .AddInMemoryCollection(fromFile)
            .AddInMemoryCollection(SettingEntries.FromNames(Folder, problems))
            .AddInMemoryCollection(fromEnvironment)
            .AddInMemoryCollection(fromFlags)
            .Build();
        Problems = problems;
    }

    /// <summary>The problems of sources that cannot be read, and of entries with an invalid form.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>The environment variables. DATABASE_URL and PG* are read from them.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The contents of the files in the settings folder, by the name of the environment variable; empty without <c>--settings-dir</c>.</summary>
    public IReadOnlyDictionary<string, string> Folder { get; private set; }

    /// <summary>Merges the sources.</summary>
    /// <param name="flags">The options on the command line, by <see cref="Setting.Name"/>.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="workingFolder">The folder of <c>migrate.json</c>; null to read no file.</param>
    public static SettingSources Read(
        IReadOnlyDictionary<string, IReadOnlyList<string>> flags, IReadOnlyDictionary<string, string> environment, string? workingFolder)
        => new(flags, environment, workingFolder);

    /// <summary>Reads the settings folder again, because a mounted Secret can change while the pod runs.</summary>
    /// <returns>Whether the contents changed.</returns>
    public bool RereadFolder()
    {
        if (_folderPath is null)
        {
            return false;
        }

        IReadOnlyDictionary<string, string> before = Folder;
        try
        {
            Folder = ReadFolder();
        }
        catch (MigrateException)
        {
            // Kubernetes may be replacing the symbolic links of the folder. The contents that were read before stay valid.
            return false;
        }

        return before.Count != Folder.Count || before.Any(b => Folder.GetValueOrDefault(b.Key) != b.Value);
    }

    /// <summary>Returns the value of the most specific source that sets it.</summary>
    public string? Value(Setting setting) => _merged[setting.Key];

    /// <summary>Returns the value that one source sets.</summary>
    public string? Value(Setting setting, SettingLayer layer)
        => _merged.Providers.ElementAt((int)layer).TryGet(setting.Key, out string? value) ? value : null;

    /// <summary>Returns the values of a repeatable setting. A more specific source replaces the whole list.</summary>
    public IReadOnlyList<string> Values(Setting setting)
    {
        foreach (IConfigurationProvider provider in _merged.Providers.Reverse())
        {
            if (provider.TryGet(setting.Key, out string? single) && single is not null)
            {
                return single.Split(setting.Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            }

            var list = new List<string>();
            while (provider.TryGet($"{setting.Key}:{list.Count}", out string? item) && item is not null)
            {
                list.Add(item);
            }

            if (list.Count > 0)
            {
                return list;
            }
        }

        return [];
    }

    /// <summary>Returns the entries of a setting with names and values, each from the most specific source that sets it.</summary>
    /// <param name="setting">The setting.</param>
    public IEnumerable<(string Name, string Value, SettingLayer Layer)> Named(Setting setting)
        => _merged.GetSection(setting.Key).GetChildren().Select(c => (c.Key, c.Value ?? "", LayerOf(c.Path)));

    private SettingLayer LayerOf(string key)
        => (SettingLayer)_merged.Providers.Select((p, i) => (Has: p.TryGet(key, out _), Index: i)).Last(p => p.Has).Index;

    private Dictionary<string, string> ReadFolder() => string.IsNullOrEmpty(_folderPath) ? [] : SettingsFolder.Read(_folderPath, _folderMap);

    private static Dictionary<string, string> Map(Dictionary<string, string?> source)
    {
        string prefix = KnownSettings.SettingsMap.Key + ":";
        return source.Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(e => e.Key[prefix.Length..], e => e.Value ?? "", StringComparer.Ordinal);
    }
}
