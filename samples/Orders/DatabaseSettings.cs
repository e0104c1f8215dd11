using Npgsql;

namespace Orders;

/// <summary>
/// How to reach the database: <c>DATABASE_URL</c>, and for each thing that it leaves open libpq's <c>PG*</c> variable.
/// The migrator reads the same ones, so that one set of variables serves both commands of the image.
/// </summary>
internal static class DatabaseSettings
{
    /// <summary>Libpq's variables, the URL parameters of the same meaning, and Npgsql's word for them.</summary>
    /// <remarks>Npgsql reads others by itself (PGPASSFILE, PGOPTIONS, PGSSLCERT, PGSSLKEY, …).</remarks>
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
    /// <exception cref="SettingsException">Nothing is set, or something cannot be read.</exception>
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

        // After the variables: what the URL says wins.
        if (Environment.GetEnvironmentVariable("DATABASE_URL") is { Length: > 0 } url)
        {
            ReadUrl(settings, url);
        }

        if (settings.Host is null)
        {
            throw new SettingsException("no database is set: DATABASE_URL (postgres://…), or PGHOST and its kin.");
        }

        settings.ApplicationName ??= "orders";
        return settings;
    }

    // The messages do not repeat the URL, which holds the password.
    private static void ReadUrl(NpgsqlConnectionStringBuilder settings, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("postgres" or "postgresql"))
        {
            throw new SettingsException("DATABASE_URL is not of the form postgres://user:password@host:port/database.");
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
                throw new SettingsException($"DATABASE_URL: the parameter '{pair[0]}' is not known.");
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
            // libpq writes verify-full, Npgsql VerifyFull.
            settings[keyword] = keyword == "SSL Mode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException or InvalidCastException)
        {
            throw new SettingsException($"{source}: the value for '{keyword}' cannot be read.");
        }
    }
}
