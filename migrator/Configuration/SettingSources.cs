using Microsoft.Extensions.Configuration;

namespace Migrator.Configuration;

/// <summary>The sources of settings, the most specific last.</summary>
internal enum SettingLayer
{
    File,
    Folder,
    Environment,
    Flags,
}

/// <summary>
/// Where settings come from, most specific first: flag, environment, settings folder, <c>migrate.json</c>.
/// Each source is brought to one form, <see cref="Setting.Key"/> with <c>:0</c>, <c>:1</c> or <c>:name</c> behind it.
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
            problems.Add(new Problem("settings-map", "--settings-map (MIGRATE_SETTINGS_MAP) is set, but no --settings-dir whose files it could name")
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

        // In the order of SettingLayer: a later provider wins.
        _merged = new ConfigurationBuilder()
            .AddInMemoryCollection(fromFile)
            .AddInMemoryCollection(SettingEntries.FromNames(Folder, problems))
            .AddInMemoryCollection(fromEnvironment)
            .AddInMemoryCollection(fromFlags)
            .Build();
        Problems = problems;
    }

    /// <summary>The sources that cannot be read, and what in them is of no known form.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>The environment, as it is: DATABASE_URL and PG* are read from it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The settings folder's files by environment name; empty without <c>--settings-dir</c>.</summary>
    public IReadOnlyDictionary<string, string> Folder { get; private set; }

    /// <summary>Merges the sources.</summary>
    /// <param name="flags">The options that were given, by <see cref="Setting.Name"/>.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="workingFolder">Where <c>migrate.json</c> is looked for; null where there is none.</param>
    public static SettingSources Read(
        IReadOnlyDictionary<string, IReadOnlyList<string>> flags, IReadOnlyDictionary<string, string> environment, string? workingFolder)
        => new(flags, environment, workingFolder);

    /// <summary>Reads the settings folder again: a mounted Secret changes under a running pod.</summary>
    /// <returns>Whether anything in it is different.</returns>
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
            // Kubernetes swaps the folder's links: what was read before still holds.
            return false;
        }

        return before.Count != Folder.Count || before.Any(b => Folder.GetValueOrDefault(b.Key) != b.Value);
    }

    /// <summary>The value of the most specific source that has one.</summary>
    public string? Value(Setting setting) => _merged[setting.Key];

    /// <summary>The value that the sources of one layer give.</summary>
    public string? Value(Setting setting, SettingLayer layer)
        => _merged.Providers.ElementAt((int)layer).TryGet(setting.Key, out string? value) ? value : null;

    /// <summary>The values of a repeatable setting; a more specific source replaces the whole list.</summary>
    public IReadOnlyList<string> Values(Setting setting)
    {
        foreach (IConfigurationProvider provider in _merged.Providers.Reverse())
        {
            if (provider.TryGet(setting.Key, out string? single) && single is not null)
            {
                return single.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
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

    /// <summary>The entries of a setting that holds names and values, each from the most specific source that has it.</summary>
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
