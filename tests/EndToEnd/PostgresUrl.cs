using Npgsql;

namespace Migrator.EndToEnd;

/// <summary>Converts postgres:// addresses.</summary>
public static class PostgresUrl
{
    /// <summary>Returns the address of another database on the same server.</summary>
    public static string WithDatabase(string url, string database) =>
        new UriBuilder(new Uri(url)) { Path = Uri.EscapeDataString(database) }.Uri.OriginalString;

    /// <summary>
    /// Converts an address to an Npgsql connection string. Supports the parameters <c>sslmode</c> and
    /// <c>sslrootcert</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The address is invalid or has another parameter.</exception>
    public static string ToConnectionString(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parts) || parts.Scheme is not ("postgres" or "postgresql"))
        {
            throw new ArgumentException("Invalid database address. Expected postgres://user:password@host:port/database.", nameof(url));
        }

        var user = parts.UserInfo.Split(':', 2);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = parts.DnsSafeHost,
            Port = parts.IsDefaultPort ? NpgsqlConnection.DefaultPort : parts.Port,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = Uri.UnescapeDataString(parts.AbsolutePath.TrimStart('/')),
            Pooling = false,
        };
        foreach (var parameter in parts.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (parameter.Split('=', 2))
            {
                case ["sslmode", var mode]:
                    // libpq's spelling is verify-full, Npgsql's is VerifyFull.
                    settings.SslMode = Enum.Parse<SslMode>(mode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
                    break;
                case ["sslrootcert", var file]:
                    settings.RootCertificate = Uri.UnescapeDataString(file);
                    break;
                default:
                    throw new ArgumentException($"Unknown parameter '{parameter}' in the database address. Expected sslmode or sslrootcert.", nameof(url));
            }
        }

        return settings.ConnectionString;
    }
}
