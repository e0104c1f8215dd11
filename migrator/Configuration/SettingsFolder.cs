namespace Migrator.Configuration;

/// <summary>A folder with one file per setting, as Kubernetes mounts a Secret or ConfigMap.</summary>
internal static class SettingsFolder
{
    /// <summary>The files' contents by name, without the line end that editors add. Names that begin with a dot are Kubernetes' own.</summary>
    /// <exception cref="MigrateException">The folder or a file cannot be read.</exception>
    public static Dictionary<string, string> Read(string path)
    {
        try
        {
            return new DirectoryInfo(path).EnumerateFiles()
                .Where(f => !f.Name.StartsWith('.'))
                .ToDictionary(f => f.Name, f => File.ReadAllText(f.FullName).TrimEnd('\r', '\n'), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigrateException(
                ExitCode.Usage,
                new Problem("settings-dir", $"the settings folder {path} cannot be read: {e.Message}")
                {
                    Advice = "Check --settings-dir (MIGRATE_SETTINGS_DIR) and that the Secret is mounted there.",
                },
                e);
        }
    }
}
