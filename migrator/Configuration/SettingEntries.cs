namespace Migrator.Configuration;

/// <summary>Converts options and environment variables to the entries that <see cref="SettingSources"/> merges.</summary>
internal static class SettingEntries
{
    private const string EnvironmentPrefix = "MIGRATE_";

    /// <summary>Returns the entries of the options on the command line.</summary>
    /// <param name="flags">The values of the options, by <see cref="Setting.Name"/>.</param>
    /// <param name="problems">Receives a problem for each value that does not have the required form name=value.</param>
    public static Dictionary<string, string?> FromFlags(IReadOnlyDictionary<string, IReadOnlyList<string>> flags, List<Problem> problems)
    {
        var result = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach ((string name, IReadOnlyList<string> values) in flags)
        {
            string key = Setting.KeyOf(name);
            if (IsNamed(key))
            {
                AddPairs(result, key, values, "--" + name, problems);
            }
            else if (KnownSettings.All.FirstOrDefault(s => s.Name == name) is { IsRepeatable: true } setting)
            {
                foreach ((int index, string value) in values.SelectMany(v => Entries(setting, v)).Index())
                {
                    result[$"{key}:{index}"] = value;
                }
            }
            else
            {
                result[key] = values[^1];
            }
        }

        return result;
    }

    /// <summary>Returns the entries of <c>MIGRATE_*</c> variables, or of files with these names.</summary>
    /// <param name="source">The values by name.</param>
    /// <param name="problems">Receives a problem for each value that does not have the required form name=value.</param>
    public static Dictionary<string, string?> FromNames(IReadOnlyDictionary<string, string> source, List<Problem> problems)
    {
        var result = new Dictionary<string, string?>(StringComparer.Ordinal);
        string placeholder = KnownSettings.Placeholder.EnvironmentName + "_";
        foreach ((string name, string value) in source)
        {
            // Manifests often set a variable to an empty value to leave it unset.
            if (!name.StartsWith(EnvironmentPrefix, StringComparison.Ordinal) || value.Length == 0)
            {
                continue;
            }

            if (name == KnownSettings.Placeholder.EnvironmentName)
            {
                // The variable holds one pair, because the value may contain a comma.
                AddPairs(result, KnownSettings.Placeholder.Key, [value], name, problems);
            }
            else if (name.StartsWith(placeholder, StringComparison.Ordinal))
            {
                result[$"{KnownSettings.Placeholder.Key}:{name[placeholder.Length..]}"] = value;
            }
            else if (name == KnownSettings.SettingsMap.EnvironmentName)
            {
                AddPairs(result, KnownSettings.SettingsMap.Key, value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), name, problems);
            }
            else
            {
                result[Setting.KeyOf(name[EnvironmentPrefix.Length..])] = value;
            }
        }

        return result;
    }

    // An option can hold several entries as the environment variable does, unless an entry can contain a comma. An empty option stays, so that its command refuses it.
    private static string[] Entries(Setting setting, string value)
        => setting == KnownSettings.Dir || setting == KnownSettings.AfterPods || value.Length == 0 ? [value] : value.Split(setting.Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsNamed(string key) => key == KnownSettings.Placeholder.Key || key == KnownSettings.SettingsMap.Key;

    private static void AddPairs(Dictionary<string, string?> result, string key, IEnumerable<string> pairs, string source, List<Problem> problems)
    {
        foreach (string pair in pairs)
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                // The message does not contain the pair, because it may be a secret value without its name.
                problems.Add(new Problem("setting", $"invalid value for {source}: expected name=value"));
                continue;
            }

            result[$"{key}:{pair[..equals]}"] = pair[(equals + 1)..];
        }
    }
}
