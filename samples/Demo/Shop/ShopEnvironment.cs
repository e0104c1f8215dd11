namespace Migrator.Demo.Shop;

/// <summary>The environment of the service's two commands, as a pod template would give it.</summary>
internal static class ShopEnvironment
{
    /// <summary>
    /// <c>DATABASE_URL</c> alone; what the caller's shell has set for other databases and runs is taken away.
    /// </summary>
    /// <param name="databaseUrl">The postgres:// address.</param>
    /// <param name="more">Further variables.</param>
    public static Dictionary<string, string?> With(
        string databaseUrl, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var variables = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("PG", StringComparison.Ordinal)
                || name.StartsWith("MIGRATE_", StringComparison.Ordinal))
            .ToDictionary(name => name, _ => (string?)null);
        variables["DATABASE_URL"] = databaseUrl;
        foreach (var (name, value) in more)
        {
            variables[name] = value;
        }

        return variables;
    }
}
