namespace Migrator.Configuration;

/// <summary>Brings flags and environment variables to the form that <see cref="SettingSources"/> merges.</summary>
internal static class SettingEntries
{
    private const string EnvironmentPrefix = "MIGRATE_";

    /// <summary>The entries of the flags that were given.</summary>
    /// <exception cref="MigrateException">One that takes name=value has none.</exception>
    public static Dictionary<string, string?> FromFlags(IReadOnlyDictionary<string, IReadOnlyList<string>> flags)
    {
        var result = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach ((string name, IReadOnlyList<string> values) in flags)
        {
            string key = Setting.KeyOf(name);
            if (IsNamed(key))
            {
                AddPairs(result, key, values, "--" + name);
            }
            else if (name == KnownSettings.Dir.Name)
            {
                for (int i = 0; i < values.Count; i++)
                {
                    result[$"{key}:{i}"] = values[i];
                }
            }
            else
            {
                result[key] = values[^1];
            }
        }

        return result;
    }

    /// <summary>The entries of <c>MIGRATE_*</c>, in the environment or as file names.</summary>
    /// <exception cref="MigrateException">MIGRATE_SETTINGS_MAP is not of the form name=file,name=file.</exception>
    public static Dictionary<string, string?> FromNames(IReadOnlyDictionary<string, string> source)
    {
        var result = new Dictionary<string, string?>(StringComparer.Ordinal);
        string placeholder = KnownSettings.Placeholder.EnvironmentName + "_";
        foreach ((string name, string value) in source)
        {
            // An empty variable is how manifests spell "not set".
            if (!name.StartsWith(EnvironmentPrefix, StringComparison.Ordinal) || value.Length == 0)
            {
                continue;
            }

            if (name.StartsWith(placeholder, StringComparison.Ordinal))
            {
                result[$"{KnownSettings.Placeholder.Key}:{name[placeholder.Length..]}"] = value;
            }
            else if (name == KnownSettings.SettingsMap.EnvironmentName)
            {
                AddPairs(result, KnownSettings.SettingsMap.Key, value.Split(',', StringSplitOptions.TrimEntries), name);
            }
            else
            {
                result[Setting.KeyOf(name[EnvironmentPrefix.Length..])] = value;
            }
        }

        return result;
    }

    private static bool IsNamed(string key) => key == KnownSettings.Placeholder.Key || key == KnownSettings.SettingsMap.Key;

    private static void AddPairs(Dictionary<string, string?> result, string key, IEnumerable<string> pairs, string source)
    {
        foreach (string pair in pairs)
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new MigrateException(ExitCode.Usage, new Problem("setting", $"{source} takes name=value"));
            }

            result[$"{key}:{pair[..equals]}"] = pair[(equals + 1)..];
        }
    }
}
