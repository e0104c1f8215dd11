using Npgsql;

namespace Orders;

/// <summary>
/// Reads the database settings: <c>DATABASE_URL</c>, then libpq's <c>PG*</c> variables for values that the URL does not
/// contain. The migrator reads the same variables, so the server and the migrator share one configuration.
/// </summary>
internal static class DatabaseSettings
{
    /// <summary>Maps libpq's variables and URL parameters to Npgsql's keywords.</summary>
    /// <remarks>Npgsql itself reads other variables (PGPASSFILE, PGOPTIONS, PGSSLCERT, PGSSLKEY, …).</remarks>
    private static readonly (string Variable, string Parameter, string Keyword)[] Known =
    [
        ("PGHOST", "host", "Host"),
        ("PGPORT", "port", "Port"),
        ("PGUSER", "user", "Username"),
        ("PGPASSWORD", "password", "Password"),
        ("PGDATABASE", "dbname", "Database"),
        ("PGSSLMODE", "sslmode", "SSL Mode"),
        ("PGSSLROOTCERT", "sslrootcert", "Root Certificate"),
        ("PGSSLCERT", "sslcert", "SSL Certificate"),
        ("PGSSLKEY", "sslkey", "SSL Key"),
        ("PGAPPNAME", "application_name", "Application Name"),
        ("PGCONNECT_TIMEOUT", "connect_timeout", "Timeout"),
        ("PGOPTIONS", "options", "Options"),
    ];

    /// <summary>Reads the environment.</summary>
    /// <exception cref="SettingsException">No database is set, or a value is invalid.</exception>
    public static NpgsqlConnectionStringBuilder FromEnvironment()
    {
        var settings = new NpgsqlConnectionStringBuilder();
        foreach ((string variable, _, string keyword) in Known)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            {
                Set(settings, keyword, value, variable);
            }
        }

        // Read after the variables, because values in the URL take precedence.
        if (Environment.GetEnvironmentVariable("DATABASE_URL") is { Length: > 0 } url)
        {
            ReadUrl(settings, url);
        }

        if (settings.Host is null)
        {
            throw new SettingsException("no database is set. Set DATABASE_URL=postgres://user:password@host:port/database, or PGHOST and similar variables.");
        }

        settings.ApplicationName ??= "orders";
        return settings;
    }

    // The messages do not contain the URL, because it contains the password.
    private static void ReadUrl(NpgsqlConnectionStringBuilder settings, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("postgres" or "postgresql"))
        {
            throw new SettingsException("DATABASE_URL is invalid. Expected postgres://user:password@host:port/database.");
        }

        string[] user = url.UserInfo.Split(':', 2);
        SetUnlessEmpty("Username", user[0]);
        SetUnlessEmpty("Password", user.ElementAtOrDefault(1));
        SetUnlessEmpty("Host", url.DnsSafeHost);
        SetUnlessEmpty("Port", url.IsDefaultPort ? null : $"{url.Port}");
        SetUnlessEmpty("Database", url.AbsolutePath.TrimStart('/'));

        foreach (string parameter in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = parameter.Split('=', 2);
            string? keyword = Array.Find(Known, known => known.Parameter == pair[0]).Keyword;
            if (keyword is null)
            {
                throw new SettingsException($"DATABASE_URL: unknown parameter '{pair[0]}'.");
            }

            SetUnlessEmpty(keyword, pair.ElementAtOrDefault(1));
        }

        void SetUnlessEmpty(string keyword, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                Set(settings, keyword, Uri.UnescapeDataString(value), "DATABASE_URL");
            }
        }
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string keyword, string value, string source)
    {
        try
        {
            // libpq's spelling is verify-full, Npgsql's is VerifyFull.
            settings[keyword] = keyword == "SSL Mode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException or InvalidCastException)
        {
            throw new SettingsException($"{source}: invalid value for '{keyword}'.");
        }
    }
}
