using System.Data.Common;
using System.Globalization;

namespace Migrator.Configuration;

/// <summary>Converts Npgsql keywords to libpq keywords.</summary>
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
        ["RootCertificate"] = "sslrootcert",
        ["SSL Certificate"] = "sslcert",
        ["SslCertificate"] = "sslcert",
        ["SSL Key"] = "sslkey",
        ["SslKey"] = "sslkey",
        ["SSL Password"] = "sslpassword",
        ["SslPassword"] = "sslpassword",
        ["Application Name"] = "application_name",
        ["ApplicationName"] = "application_name",
        ["Options"] = "options",
        ["Timeout"] = "connect_timeout",
        ["Target Session Attributes"] = "target_session_attrs",
        ["TargetSessionAttributes"] = "target_session_attrs",
        ["Channel Binding"] = "channel_binding",
        ["ChannelBinding"] = "channel_binding",
        ["Require Auth"] = "require_auth",
        ["RequireAuth"] = "require_auth",
        ["SSL Negotiation"] = "sslnegotiation",
        ["SslNegotiation"] = "sslnegotiation",
        ["Client Encoding"] = "client_encoding",
        ["ClientEncoding"] = "client_encoding",
        ["GSS Encryption Mode"] = "gssencmode",
        ["GssEncryptionMode"] = "gssencmode",
        ["Kerberos Service Name"] = "krbsrvname",
        ["KerberosServiceName"] = "krbsrvname",
        ["Krbsrvname"] = "krbsrvname",
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

    private static FormatException Unreadable(string text) => new(text switch
    {
        ['"' or '\'', ..] => "it is enclosed in quotation marks, which are not part of the value: remove them",
        _ when text.StartsWith("jdbc:", StringComparison.OrdinalIgnoreCase)
            => "it is a JDBC URL: remove 'jdbc:', and put user and password before the host",
        _ => "it is neither a postgres:// URL nor Npgsql keywords such as Host=…;Username=…;Database=…",
    });
}
