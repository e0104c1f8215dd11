namespace Migrator.Configuration;

/// <summary>Brings flags and environment variables to the form that <see cref="SettingSources"/> merges.</summary>
internal static class SettingEntries
{
    private const string EnvironmentPrefix = "MIGRATE_";

    /// <summary>The entries of the flags that were given.</summary>
    /// <param name="flags">The values of each, by <see cref="Setting.Name"/>.</param>
    /// <param name="problems">Takes those that are not name=value where that is asked for.</param>
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
    /// <param name="source">Values by name.</param>
    /// <param name="problems">Takes a MIGRATE_SETTINGS_MAP that is not of the form name=file,name=file.</param>
    public static Dictionary<string, string?> FromNames(IReadOnlyDictionary<string, string> source, List<Problem> problems)
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

            if (name == KnownSettings.Placeholder.EnvironmentName)
            {
                // Not a list: a comma may be part of the value.
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

    private static bool IsNamed(string key) => key == KnownSettings.Placeholder.Key || key == KnownSettings.SettingsMap.Key;

    private static void AddPairs(Dictionary<string, string?> result, string key, IEnumerable<string> pairs, string source, List<Problem> problems)
    {
        foreach (string pair in pairs)
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                // What is there instead is not repeated: it may be the value alone, and that a secret.
                problems.Add(new Problem("setting", $"{source} takes name=value, and has something else"));
                continue;
            }

            result[$"{key}:{pair[..equals]}"] = pair[(equals + 1)..];
        }
    }
}
