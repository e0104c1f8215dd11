using Microsoft.Extensions.Configuration;

namespace Migrator.Configuration;

/// <summary>Reads <c>migrate.json</c> in the working folder, which holds settings that are the same in every environment.</summary>
internal static class SettingsFile
{
    public const string Name = "migrate.json";

    private const string Form = "Expected one JSON object with option names, such as {\"lock-wait\": \"10m\"}. 'migrate COMMAND --help' lists the options.";

    /// <summary>Returns the entries of the file for <see cref="SettingSources"/>; empty if the file does not exist.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="problems">Receives a problem if the file is not JSON, and for each unknown setting.</param>
    public static Dictionary<string, string?> Read(string path, List<Problem> problems)
    {
        var result = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return result;
        }

        try
        {
            UnixFile.ThrowIfSpecial(path);
            IConfigurationRoot file = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(path), optional: false).Build();
            foreach (IConfigurationSection section in file.GetChildren())
            {
                // Names such as "$schema" are for editors.
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
                    problems.Add(new Problem("settings-file", $"{path}: '{section.Key}' must be one value, not a list or an object") { Advice = Form });
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
            problems.Add(new Problem("settings-file", $"{path} cannot be read: {ForeignText.Of(e.GetBaseException().Message)}") { Advice = Form });
            return [];
        }
    }
}
