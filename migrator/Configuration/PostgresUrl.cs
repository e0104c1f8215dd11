namespace Migrator.Configuration;

/// <summary>
/// Parses a connection URI as libpq does: <c>postgresql://user:password@host:5432,other:5433/database?sslmode=require</c>
/// (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS). Parts are percent-decoded.
/// </summary>
internal static class PostgresUrl
{
    /// <summary>Whether a text starts with <c>postgres://</c> or <c>postgresql://</c>.</summary>
    public static bool IsUrl(string text)
        => text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Parses a URL to libpq keywords.</summary>
    /// <exception cref="FormatException">The URL is invalid. The message does not contain the URL, which may hold a password.</exception>
    public static Dictionary<string, string> Parse(string url)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        string rest = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..];

        // An unencoded / ? or # in the password would end the authority. The rest of the password would be parsed as the
        // database name, and could appear in messages.
        int at = rest.LastIndexOf('@');
        if (at >= 0 && rest.AsSpan(0, at).ContainsAny('/', '?', '#'))
        {
            throw new FormatException("there is an unencoded / ? or # before the @: reserved characters in user and password must be percent-encoded");
        }

        int query = rest.IndexOf('?', StringComparison.Ordinal);
        string parameters = query < 0 ? "" : rest[(query + 1)..];
        rest = query < 0 ? rest : rest[..query];

        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        Put(result, "dbname", slash < 0 ? "" : rest[(slash + 1)..]);
        string authority = slash < 0 ? rest : rest[..slash];

        at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            string user = authority[..at];
            int colon = user.IndexOf(':', StringComparison.Ordinal);
            Put(result, "user", colon < 0 ? user : user[..colon]);
            Put(result, "password", colon < 0 ? "" : user[(colon + 1)..]);
            authority = authority[(at + 1)..];
        }

        ReadHosts(authority, result);
        foreach (string pair in parameters.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new FormatException("a parameter after the ? does not have the form name=value");
            }

            // An empty parameter counts as set, unlike an empty part of the authority. libpq does the same.
            result[Decode(pair[..equals])] = Decode(pair[(equals + 1)..]);
        }

        // libpq also accepts JDBC's ssl=true (conninfo_uri_parse_params).
        if (result.GetValueOrDefault("ssl") == "true")
        {
            result.Remove("ssl");
            result.TryAdd("sslmode", "require");
        }

        return result;
    }

    private static void ReadHosts(string authority, Dictionary<string, string> result)
    {
        var hosts = new List<string>();
        var ports = new List<string>();
        foreach (string one in authority.Split(','))
        {
            // An IPv6 address is enclosed in brackets. The colons inside do not start the port.
            int bracket = one.StartsWith('[') ? one.IndexOf(']', StringComparison.Ordinal) : 0;
            if (bracket < 0)
            {
                throw new FormatException("the ] after an IPv6 address is missing");
            }

            int colon = one.IndexOf(':', bracket);
            string host = colon < 0 ? one : one[..colon];
            hosts.Add(Decode(host.Trim('[', ']')));
            string port = colon < 0 ? "" : one[(colon + 1)..];
            if (port.Length > 0 && !ushort.TryParse(port, out _))
            {
                throw new FormatException("the port is not a number from 1 to 65535 (is there an unencoded character in the password?)");
            }

            ports.Add(port);
        }

        Put(result, "host", string.Join(',', hosts), decode: false);
        Put(result, "port", ports.TrueForAll(p => p.Length == 0) ? "" : string.Join(',', ports), decode: false);
    }

    private static void Put(Dictionary<string, string> result, string key, string value, bool decode = true)
    {
        if (value.Length > 0)
        {
            result[key] = decode ? Decode(value) : value;
        }
    }

    // In libpq's URLs a plus sign is a plus sign, not a space.
    private static string Decode(string text) => Uri.UnescapeDataString(text);
}
