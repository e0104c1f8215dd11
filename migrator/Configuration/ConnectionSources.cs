namespace Migrator.Configuration;

/// <summary>
/// Merges the connection from its sources, most specific first: <c>--connection</c>, <c>MIGRATE_CONNECTION</c>,
/// <c>DATABASE_URL</c>, libpq's <c>PG*</c> variables, the settings folder, <c>migrate.json</c>.
/// </summary>
internal static class ConnectionSources
{
    /// <summary>The problem that no source configures a connection.</summary>
    public static readonly Problem Missing = new("no-connection", "no database connection is configured")
    {
        Advice = "Set DATABASE_URL=postgres://user:password@host:5432/database, libpq's variables (PGHOST, PGUSER, …), or --connection.",
    };

    /// <summary>Whether an environment variable holds a part of the connection.</summary>
    public static bool IsVariable(string name) => name == "DATABASE_URL" || LibpqSettings.All.Any(s => s.Variable == name);

    /// <summary>Reads the merged connection, and adds the problems to <paramref name="problems"/>.</summary>
    public static ConnectionSettings Read(SettingSources sources, List<Problem> problems)
    {
        var connection = new ConnectionSettings();
        Setting setting = KnownSettings.Connection;
        Add(connection, setting.Flag, sources.Value(setting, SettingLayer.Flags), problems);
        Add(connection, setting.EnvironmentName, sources.Value(setting, SettingLayer.Environment), problems);
        AddNames(connection, "", sources.Environment, problems);
        Add(connection, $"the settings folder's {setting.EnvironmentName}", sources.Folder.GetValueOrDefault(setting.EnvironmentName), problems);
        AddNames(connection, "the settings folder's ", sources.Folder, problems);
        Add(connection, $"{SettingsFile.Name}'s {setting.Name}", sources.Value(setting, SettingLayer.File), problems);
        return connection;
    }

    private static void AddNames(ConnectionSettings connection, string where, IReadOnlyDictionary<string, string> source, List<Problem> problems)
    {
        Add(connection, where + "DATABASE_URL", source.GetValueOrDefault("DATABASE_URL"), problems);
        Dictionary<string, string> values = LibpqSettings.All
            .Where(s => s.Variable is not null && source.GetValueOrDefault(s.Variable) is { Length: > 0 })
            .ToDictionary(s => s.Keyword, s => source[s.Variable!], StringComparer.Ordinal);

        // PGSSLMODE overrides PGREQUIRESSL (conninfo_add_defaults in libpq's fe-connect.c).
        if (source.GetValueOrDefault("PGREQUIRESSL")?.StartsWith('1') == true)
        {
            values.TryAdd("sslmode", "require");
        }

        connection.AddWhereMissing(values);
    }

    private static void Add(ConnectionSettings connection, string name, string? text, List<Problem> problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        try
        {
            connection.AddWhereMissing(ConnectionSettings.Parse(text));
        }
        catch (FormatException e)
        {
            problems.Add(new Problem("connection", $"{name} cannot be read: {e.Message}")
            {
                Advice = "Expected postgres://user:password@host:5432/database, with reserved characters percent-encoded.",
            });
        }
    }
}
