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
    private const string EnvironmentPrefix = "MIGRATE_";
    private const string PlaceholderPrefix = "PLACEHOLDER_";

    private readonly IConfigurationRoot _merged;

    private SettingSources(IConfigurationRoot merged, IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> folder)
    {
        _merged = merged;
        Environment = environment;
        Folder = folder;
    }

    /// <summary>The environment, as it is: DATABASE_URL and PG* are read from it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The settings folder's files by name; empty without <c>--settings-dir</c>.</summary>
    public IReadOnlyDictionary<string, string> Folder { get; }

    /// <summary>Merges the sources.</summary>
    /// <param name="flags">The options that were given, by <see cref="Setting.Name"/>.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="workingFolder">Where <c>migrate.json</c> is looked for.</param>
    /// <exception cref="MigrateException">A source cannot be read.</exception>
    public static SettingSources Read(
        IReadOnlyDictionary<string, IReadOnlyList<string>> flags,
        IReadOnlyDictionary<string, string> environment,
        string workingFolder)
    {
        var fromFlags = flags.SelectMany(f => Entries(f.Key, f.Value)).ToDictionary(StringComparer.Ordinal);
        var fromEnvironment = FromNames(environment, EnvironmentPrefix);
        string? folderPath = fromFlags.GetValueOrDefault(KnownSettings.SettingsDir.Key)
            ?? fromEnvironment.GetValueOrDefault(KnownSettings.SettingsDir.Key);
        var folder = folderPath is null ? [] : SettingsFolder.Read(folderPath);

        // In the order of SettingLayer: a later provider wins.
        IConfigurationRoot merged = new ConfigurationBuilder()
            .AddInMemoryCollection(SettingsFile.Read(Path.Combine(workingFolder, SettingsFile.Name)))
            .AddInMemoryCollection(FromNames(folder, EnvironmentPrefix))
            .AddInMemoryCollection(fromEnvironment)
            .AddInMemoryCollection(fromFlags)
            .Build();
        return new SettingSources(merged, environment, folder);
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
    public IEnumerable<(string Name, string Value)> Named(Setting setting)
        => _merged.GetSection(setting.Key).GetChildren().Select(c => (c.Key, c.Value ?? ""));

    private static IEnumerable<KeyValuePair<string, string?>> Entries(string name, IReadOnlyList<string> values)
    {
        string key = Setting.KeyOf(name);
        if (name == KnownSettings.Placeholder.Name)
        {
            foreach (string value in values)
            {
                int equals = value.IndexOf('=', StringComparison.Ordinal);
                yield return equals > 0
                    ? new($"{key}:{value[..equals]}", value[(equals + 1)..])
                    : throw new MigrateException(ExitCode.Usage, new Problem("usage", "--placeholder takes name=value"));
            }
        }
        else if (name == KnownSettings.Dir.Name)
        {
            for (int i = 0; i < values.Count; i++)
            {
                yield return new($"{key}:{i}", values[i]);
            }
        }
        else
        {
            yield return new(key, values[^1]);
        }
    }

    private static Dictionary<string, string?> FromNames(IReadOnlyDictionary<string, string> source, string prefix)
    {
        var result = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach ((string name, string value) in source)
        {
            // An empty variable is how manifests spell "not set".
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || value.Length == 0)
            {
                continue;
            }

            string rest = name[prefix.Length..];
            string key = rest.StartsWith(PlaceholderPrefix, StringComparison.Ordinal)
                ? $"{KnownSettings.Placeholder.Key}:{rest[PlaceholderPrefix.Length..]}"
                : Setting.KeyOf(rest);
            result[key] = value;
        }

        return result;
    }
}
