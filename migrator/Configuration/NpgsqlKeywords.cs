using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Migrator.Configuration;

/// <summary>Converts between libpq keywords and Npgsql keywords.</summary>
internal static class NpgsqlKeywords
{
    // https://www.npgsql.org/doc/connection-string-parameters.html
    private static readonly Dictionary<string, string> ToLibpq = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Host"] = "host",
        ["Server"] = "host",
        ["Port"] = "port",
        ["Database"] = "dbname",
        ["DB"] = "dbname",
        ["Username"] = "user",
        ["User Name"] = "user",
        ["UserName"] = "user",
        ["User Id"] = "user",
        ["UserId"] = "user",
        ["UID"] = "user",
        ["User"] = "user",
        ["Password"] = "password",
        ["PSW"] = "password",
        ["PWD"] = "password",
        ["Passfile"] = "passfile",
        ["SSL Mode"] = "sslmode",
        ["SslMode"] = "sslmode",
        ["Root Certificate"] = "sslrootcert",
        ["SSL Certificate"] = "sslcert",
        ["SSL Key"] = "sslkey",
        ["SSL Password"] = "sslpassword",
        ["Application Name"] = "application_name",
        ["Options"] = "options",
        ["Timeout"] = "connect_timeout",
        ["Target Session Attributes"] = "target_session_attrs",
    };

    /// <summary>Parses Npgsql keywords (<c>Host=…;Username=…</c>) to libpq keywords.</summary>
    /// <exception cref="FormatException">The text does not have this form. The message does not contain the text, which may hold a password.</exception>
    public static Dictionary<string, string> Parse(string text)
    {
        var pairs = new DbConnectionStringBuilder();
        try
        {
            pairs.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw Unreadable(text);
        }

        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string key in pairs.Keys)
        {
            string value = Convert.ToString(pairs[key], CultureInfo.InvariantCulture) ?? "";
            string name = ToLibpq.GetValueOrDefault(key) ?? ConnectionSettings.NpgsqlPrefix + key;

            // A URL of another kind, or keywords without semicolons, would be parsed as one long keyword or host. An error
            // message would then contain it, including the password.
            if (!key.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '_')
                || (name != "password" && value.Contains("password=", StringComparison.OrdinalIgnoreCase)))
            {
                throw Unreadable(text);
            }

            result[name] = name == "sslmode" ? value.ToLowerInvariant() : value;
        }

        return result;
    }

    /// <summary>Returns the valid values of a keyword, for an error message; null if there is no short list.</summary>
    public static string? ExpectedValues(string key) => key switch
    {
        "port" => "a number from 1 to 65535 (several hosts: one for each, separated by commas)",
        "sslmode" => "disable, allow, prefer, require, verify-ca or verify-full",
        "sslnegotiation" => "postgres or direct",
        "channel_binding" => "disable, prefer or require",
        "connect_timeout" => "a number of seconds",
        "target_session_attrs" => "any, read-write, read-only, primary, standby, prefer-standby",
        _ => null,
    };

    /// <summary>Applies one setting to Npgsql's builder.</summary>
    public static void Apply(NpgsqlConnectionStringBuilder builder, string key, string value)
    {
        switch (key)
        {
            case "host" or "hostaddr":
                builder.Host = value;
                break;
            case "port":
                ApplyPort(builder, value);
                break;
            case "dbname":
                builder.Database = value;
                break;
            case "user":
                builder.Username = value;
                break;
            case "password":
                builder.Password = value;
                break;
            case "passfile":
                builder.Passfile = value;
                break;
            case "sslmode":
                builder.SslMode = SslMode(value);
                break;
            case "sslrootcert":
                builder.RootCertificate = value;
                break;
            case "sslnegotiation":
                builder.SslNegotiation = Enum.Parse<SslNegotiation>(value, ignoreCase: true);
                break;
            case "channel_binding":
                builder.ChannelBinding = Enum.Parse<ChannelBinding>(value, ignoreCase: true);
                break;
            case "require_auth":
                builder.RequireAuth = string.Join(',', value.Split(',').Select(AuthMethod));
                break;
            case "load_balance_hosts":
                builder.LoadBalanceHosts = value != "disable";
                break;
            case "sslcert":
                builder.SslCertificate = value;
                break;
            case "sslkey":
                builder.SslKey = value;
                break;
            case "sslpassword":
                builder.SslPassword = value;
                break;
            case "application_name" or "fallback_application_name":
                builder.ApplicationName = value;
                break;
            case "options":
                builder.Options = value;
                break;
            case "connect_timeout":
                builder.Timeout = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
                break;
            case "target_session_attrs":
                builder.TargetSessionAttributes = value;
                break;
            case "client_encoding":
                builder.ClientEncoding = value;
                break;
            case "keepalives" or "keepalives_idle" or "keepalives_interval" or "keepalives_count" or "tcp_user_timeout"
                or "gssencmode" or "sslcompression" or "sslsni":
                // The session sets keepalives itself. The other settings do not change how Npgsql connects.
                break;
            default:
                string npgsql = key.StartsWith(ConnectionSettings.NpgsqlPrefix, StringComparison.Ordinal)
                    ? key[ConnectionSettings.NpgsqlPrefix.Length..]
                    : throw new KeyNotFoundException(key);
                builder[npgsql] = value;
                break;
        }
    }

    // With several hosts, Npgsql expects each port after its host: host:port,host:port.
    private static void ApplyPort(NpgsqlConnectionStringBuilder builder, string value)
    {
        string[] ports = value.Split(',');
        foreach (string port in ports.Where(p => p.Length > 0))
        {
            if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0)
            {
                throw new FormatException("port");
            }
        }

        if (ports.Length == 1)
        {
            builder.Port = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
            return;
        }

        string[] hosts = (builder.Host ?? "").Split(',');
        builder.Host = string.Join(',', hosts.Select((host, i) => i < ports.Length && ports[i].Length > 0 ? $"{Bracketed(host)}:{ports[i]}" : host));
    }

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;

    // A ! before a method excludes the method.
    private static string AuthMethod(string method) => method.TrimStart('!') switch
    {
        "password" => method.Replace("password", "Password", StringComparison.Ordinal),
        "scram-sha-256" => method.Replace("scram-sha-256", "ScramSHA256", StringComparison.Ordinal),
        "none" => method.Replace("none", "None", StringComparison.Ordinal),
        "md5" or "gss" or "sspi" => method.ToUpperInvariant(),
        _ => method,
    };

    private static SslMode SslMode(string value) => value switch
    {
        "disable" => Npgsql.SslMode.Disable,
        "allow" => Npgsql.SslMode.Allow,
        "prefer" => Npgsql.SslMode.Prefer,
        "require" => Npgsql.SslMode.Require,
        "verify-ca" or "verifyca" => Npgsql.SslMode.VerifyCA,
        "verify-full" or "verifyfull" => Npgsql.SslMode.VerifyFull,
        _ => throw new FormatException("sslmode"),
    };

    private static FormatException Unreadable(string text) => new(text switch
    {
        ['"' or '\'', ..] => "it is enclosed in quotation marks, which are not part of the value: remove them",
        _ when text.StartsWith("jdbc:", StringComparison.OrdinalIgnoreCase)
            => "it is a JDBC URL: remove 'jdbc:', and put user and password before the host",
        _ => "it is neither a postgres:// URL nor Npgsql keywords such as Host=…;Username=…;Database=…",
    });
}
