using System.Globalization;
using Migrator.Sql.Statements;
using Npgsql;

namespace Migrator.Configuration;

/// <summary>
/// Every connection setting of libpq 18, in the order of its documentation, and what <c>migrate</c> does with it. Each setting is honored,
/// or refused with an error that names it, or (<c>NotUsed</c>) not read, because it cannot make a connection safer.
/// </summary>
internal static class LibpqSettings
{
    private const string NoGss = "migrate does not support GSSAPI (Kerberos)";
    private const string NoOAuth = "migrate does not support OAuth";
    private const string NoService = "migrate does not read connection service files";
    private const string NoRevocationLists = "migrate does not check certificate revocation lists";

    /// <summary>The keywords (libpq-connect.html) and variables (libpq-envars.html) in https://www.postgresql.org/docs/18/.</summary>
    public static readonly IReadOnlyList<LibpqSetting> All =
    [
        Honored("host", "PGHOST", (b, v) => b.Host = v),
        Honored("hostaddr", "PGHOSTADDR", (b, v) => b.Host = v.Length == 0 ? b.Host : v),
        Honored("port", "PGPORT", ApplyPort, "a number from 1 to 65535 (several hosts: one for each, separated by commas)"),
        Honored("dbname", "PGDATABASE", (b, v) => b.Database = v),
        Honored("user", "PGUSER", (b, v) => b.Username = v),
        Honored("password", "PGPASSWORD", (b, v) => b.Password = v),
        Honored("passfile", "PGPASSFILE", (b, v) => b.Passfile = v),
        Honored(
            "require_auth",
            "PGREQUIREAUTH",
            (b, v) => b.RequireAuth = string.Join(',', v.Split(',').Select(AuthMethod)),
            "password, md5, gss, sspi, scram-sha-256 and none, separated by commas, or the same with a ! before each"),
        Honored("channel_binding", "PGCHANNELBINDING", (b, v) => b.ChannelBinding = Enum.Parse<ChannelBinding>(v, ignoreCase: true), "disable, prefer or require"),
        Honored("connect_timeout", "PGCONNECT_TIMEOUT", (b, v) => b.Timeout = Number(v), "a number of seconds"),
        // DatabaseConnector always requests UTF8.
        new("client_encoding", "PGCLIENTENCODING")
        {
            Accepts = v => v.Length == 0 || ClientEncoding.IsUtf8(v),
            Expected = "UTF8",
            Refusal = "migrate sends scripts in UTF-8",
        },
        Honored("options", "PGOPTIONS", (b, v) => b.Options = v),
        Honored("application_name", "PGAPPNAME", (b, v) => b.ApplicationName = v),
        Honored("fallback_application_name", null, (b, v) => b.ApplicationName ??= v),
        // DatabaseConnector sets what these settings leave open.
        Honored("keepalives", null, (b, v) => b.TcpKeepAlive = Number(v) != 0, "0 or 1"),
        Honored("keepalives_idle", null, (b, v) => b.TcpKeepAliveTime = Number(v), "a number of seconds"),
        Honored("keepalives_interval", null, (b, v) => b.TcpKeepAliveInterval = Number(v), "a number of seconds"),
        Refused("keepalives_count", null, "migrate uses the number of keepalives of the operating system", "0"),
        Refused("tcp_user_timeout", null, "migrate uses the TCP timeout of the operating system", "0"),
        Refused("replication", null, "migrate does not open replication connections", "false", "off", "no", "0"),
        Refused("gssencmode", "PGGSSENCMODE", NoGss, "disable", "prefer"),
        Honored("sslmode", "PGSSLMODE", (b, v) => b.SslMode = ParseSslMode(v), "disable, allow, prefer, require, verify-ca or verify-full"),
        // ConnectionSources converts PGREQUIRESSL=1 to sslmode=require. Other values mean nothing.
        NotUsed("PGREQUIRESSL"),
        Honored("sslnegotiation", "PGSSLNEGOTIATION", (b, v) => b.SslNegotiation = Enum.Parse<SslNegotiation>(v, ignoreCase: true), "postgres or direct"),
        Refused("sslcompression", "PGSSLCOMPRESSION", "TLS compression is insecure, and migrate does not support it", "0"),
        Honored("sslcert", "PGSSLCERT", (b, v) => b.SslCertificate = v),
        Honored("sslkey", "PGSSLKEY", (b, v) => b.SslKey = v),
        Refused("sslkeylogfile", null, "migrate does not write TLS keys to a file"),
        Honored("sslpassword", null, (b, v) => b.SslPassword = v),
        // TlsSettings honors disable.
        Refused("sslcertmode", "PGSSLCERTMODE", "migrate cannot check whether the server requests a client certificate", "disable", "allow"),
        Honored("sslrootcert", "PGSSLROOTCERT", (b, v) => b.RootCertificate = v),
        Refused("sslcrl", "PGSSLCRL", NoRevocationLists),
        Refused("sslcrldir", "PGSSLCRLDIR", NoRevocationLists),
        Refused("sslsni", "PGSSLSNI", "migrate always sends the host name in the TLS handshake (SNI)", "1"),
        Refused("requirepeer", "PGREQUIREPEER", "migrate cannot check which user runs the server behind a Unix socket"),
        TlsVersion("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
        TlsVersion("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
        // Npgsql uses version 3.0.
        Refused("min_protocol_version", "PGMINPROTOCOLVERSION", "migrate uses protocol version 3.0", "3.0"),
        Refused("max_protocol_version", "PGMAXPROTOCOLVERSION", "migrate uses protocol version 3.0", "3.0", "3.2", "latest"),
        Refused("krbsrvname", "PGKRBSRVNAME", NoGss, "postgres"),
        Refused("gsslib", "PGGSSLIB", NoGss, "gssapi"),
        Refused("gssdelegation", "PGGSSDELEGATION", NoGss, "0"),
        Refused("scram_client_key", null, "migrate logs in with a password"),
        Refused("scram_server_key", null, "migrate logs in with a password"),
        Refused("service", "PGSERVICE", NoService),
        // libpq reads the file only if a service is set.
        NotUsed("PGSERVICEFILE"),
        Honored(
            "target_session_attrs",
            "PGTARGETSESSIONATTRS",
            (b, v) => b.TargetSessionAttributes = v,
            "any, read-write, read-only, primary, standby, prefer-standby"),
        new("load_balance_hosts", "PGLOADBALANCEHOSTS")
        {
            Apply = (b, v) => b.LoadBalanceHosts = v == "random",
            Accepts = v => v is "disable" or "random",
            Expected = "disable or random",
        },
        Refused("oauth_issuer", null, NoOAuth),
        Refused("oauth_client_id", null, NoOAuth),
        Refused("oauth_client_secret", null, NoOAuth),
        Refused("oauth_scope", null, NoOAuth),
        // libpq has no keywords for the following variables.
        Honored("PGDATESTYLE", "PGDATESTYLE", (b, v) => AddOption(b, "datestyle", v)),
        Honored("PGTZ", "PGTZ", (b, v) => b.Timezone = v),
        Honored("PGGEQO", "PGGEQO", (b, v) => AddOption(b, "geqo", v)),
        // The folder of pg_service.conf, and the folder of libpq's translated messages.
        NotUsed("PGSYSCONFDIR"),
        NotUsed("PGLOCALEDIR"),
    ];

    private static readonly Dictionary<string, LibpqSetting> ByKeyword = All.ToDictionary(s => s.Keyword, StringComparer.Ordinal);

    /// <summary>Returns the setting of a keyword; null if libpq has no such keyword.</summary>
    public static LibpqSetting? Find(string keyword) => ByKeyword.GetValueOrDefault(keyword);

    /// <summary>
    /// The position at which a setting is applied: ports are appended to their hosts, hostaddr replaces host, and
    /// PGDATESTYLE is appended to the options.
    /// </summary>
    public static int Order(string keyword) => keyword switch { "host" => 0, "hostaddr" => 1, "options" => 2, _ => 3 };

    private static LibpqSetting Honored(string keyword, string? variable, Action<NpgsqlConnectionStringBuilder, string> apply, string? expected = null)
        => new(keyword, variable) { Apply = apply, Expected = expected };

    // In libpq, an empty value of these settings means the default.
    private static LibpqSetting Refused(string keyword, string? variable, string reason, params string[] accepted) => new(keyword, variable)
    {
        Accepts = v => v.Length == 0 || accepted.Contains(v, StringComparer.OrdinalIgnoreCase),
        Expected = accepted.Length == 0 ? null : string.Join(" or ", accepted),
        Refusal = reason,
    };

    private static LibpqSetting NotUsed(string variable) => new(variable, variable);

    // TlsSettings applies the versions to each connection.
    private static LibpqSetting TlsVersion(string keyword, string variable) => new(keyword, variable)
    {
        Accepts = v => v.Length == 0 || TlsSettings.Versions.Contains(v, StringComparer.OrdinalIgnoreCase),
        Expected = string.Join(", ", TlsSettings.Versions),
    };

    private static int Number(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);

    // The server splits the options at spaces, unless a backslash precedes the space.
    private static void AddOption(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        string escaped = value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace(" ", @"\ ", StringComparison.Ordinal);
        builder.Options = $"{builder.Options} -c {name}={escaped}".TrimStart();
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
            builder.Port = Number(value);
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

    private static SslMode ParseSslMode(string value) => value switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" or "verifyca" => SslMode.VerifyCA,
        "verify-full" or "verifyfull" => SslMode.VerifyFull,
        _ => throw new FormatException("sslmode"),
    };
}
