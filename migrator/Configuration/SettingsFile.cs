using Microsoft.Extensions.Configuration;

namespace Migrator.Configuration;

/// <summary><c>migrate.json</c> in the working folder: settings by their long names, for what is the same everywhere.</summary>
internal static class SettingsFile
{
    public const string Name = "migrate.json";

    /// <summary>The file's entries in the form of <see cref="SettingSources"/>; none when there is no file.</summary>
    /// <exception cref="MigrateException">The file is no JSON.</exception>
    public static Dictionary<string, string?> Read(string path)
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
                string key = Setting.KeyOf(section.Key);
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
            throw new MigrateException(
                ExitCode.Usage,
                new Problem("settings-file", $"{path} cannot be read: {e.GetBaseException().Message}")
                {
                    Advice = "It is one JSON object with the options' long names, such as {\"lock-wait\": \"10m\"}.",
                },
                e);
        }
    }
}
