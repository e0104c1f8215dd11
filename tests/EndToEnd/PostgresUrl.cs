using Npgsql;

namespace Migrator.EndToEnd;

/// <summary>A postgres:// address, and Npgsql's words for it.</summary>
public static class PostgresUrl
{
    /// <summary>The same address for another database of the same server.</summary>
    public static string WithDatabase(string url, string database) =>
        new UriBuilder(new Uri(url)) { Path = Uri.EscapeDataString(database) }.Uri.OriginalString;

    /// <summary>Npgsql's connection string for an address; of its parameters <c>sslmode</c> and <c>sslrootcert</c>.</summary>
    /// <exception cref="ArgumentException">It has another parameter, or is no such address.</exception>
    public static string ToConnectionString(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parts) || parts.Scheme is not ("postgres" or "postgresql"))
        {
            throw new ArgumentException("A database is given as postgres://user:password@host:port/database.", nameof(url));
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
                    // libpq writes verify-full, Npgsql VerifyFull.
                    settings.SslMode = Enum.Parse<SslMode>(mode.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
                    break;
                case ["sslrootcert", var file]:
                    settings.RootCertificate = Uri.UnescapeDataString(file);
                    break;
                default:
                    throw new ArgumentException($"'{parameter}' is not known in a database's address.", nameof(url));
            }
        }

        return settings.ConnectionString;
    }
}
