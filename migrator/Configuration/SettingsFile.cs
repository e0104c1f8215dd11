using Microsoft.Extensions.Configuration;

namespace Migrator.Configuration;

/// <summary><c>migrate.json</c> in the working folder: settings by their long names, for what is the same everywhere.</summary>
internal static class SettingsFile
{
    public const string Name = "migrate.json";

    private const string Form = "It is one JSON object with the options' long names, such as {\"lock-wait\": \"10m\"}; each command's --help lists them.";

    /// <summary>The file's entries in the form of <see cref="SettingSources"/>; none when there is no file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes a file that is no JSON, and names that no setting has.</param>
    public static Dictionary<string, string?> Read(string path, List<Problem> problems)
    {
        var result = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return result;
        }

        try
        {
            IConfigurationRoot file = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: false).Build();
            foreach (IConfigurationSection section in file.GetChildren())
            {
                // "$schema" and its kin are for editors.
                if (section.Key.StartsWith('$'))
                {
                    continue;
                }

                string key = Setting.KeyOf(section.Key);
                Setting? known = KnownSettings.All.FirstOrDefault(s => s.Key == key);
                if (known is null)
                {
                    problems.Add(new Problem("settings-file", $"{path}: there is no setting '{section.Key}'") { Advice = Form });
                }
                else if (!known.IsRepeatable && section.Value is null && section.GetChildren().Any())
                {
                    problems.Add(new Problem("settings-file", $"{path}: '{section.Key}' takes one value, no list or object") { Advice = Form });
                }

                if (section.Value is not null)
                {
                    result[key] = section.Value;
                }

                foreach ((string below, string? value) in section.AsEnumerable(makePathsRelative: true))
                {
                    if (value is not null)
                    {
                        result[$"{key}:{below}"] = value;
                    }
                }
            }

            return result;
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem("settings-file", $"{path} cannot be read: {e.GetBaseException().Message}") { Advice = Form });
            return [];
        }
    }
}
