using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace Migrator.Configuration;

/// <summary>
/// Applies libpq's meaning of the TLS settings (https://www.postgresql.org/docs/current/libpq-ssl.html) where Npgsql's
/// meaning differs.
/// </summary>
internal static class TlsSettings
{
    private const string SystemRoots = "system";

    // Npgsql's name of scram-sha-256.
    private const string ScramMethod = "ScramSHA256";
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const UnixFileMode GroupAndOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | Others;

    /// <summary>The values of ssl_min_protocol_version and ssl_max_protocol_version, from the oldest version to the newest.</summary>
    public static readonly string[] Versions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

    /// <summary>Whether the system's certificate authorities are trusted instead of a file.</summary>
    public static bool TrustsSystem(ConnectionSettings connection) => connection["sslrootcert"] == SystemRoots;

    /// <summary>Whether a host is the folder of a Unix socket, or an abstract Unix socket.</summary>
    public static bool IsSocket(string host) => host.StartsWith('/') || host.StartsWith('@');

    /// <summary>Changes the handshake of one connection to follow the settings that Npgsql has no keyword for.</summary>
    public static void Apply(SslClientAuthenticationOptions handshake, ConnectionSettings connection)
    {
        handshake.EnabledSslProtocols = Protocols(connection);
        if (SendsNoCertificate(connection))
        {
            // Otherwise, Npgsql would use ~/.postgresql/postgresql.crt.
            handshake.ClientCertificateContext = null;
        }

        // With hostaddr, libpq connects to the address, and expects the name of the host in the certificate.
        if (connection["hostaddr"] is { Length: > 0 } addresses && connection["host"] is { Length: > 0 } hosts
            && Array.IndexOf(addresses.Split(','), handshake.TargetHost) is >= 0 and int at && hosts.Split(',') is var names && at < names.Length)
        {
            handshake.TargetHost = names[at];
        }
    }

    /// <summary>Applies the TLS settings to Npgsql's builder.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connection">The configured settings.</param>
    /// <param name="problems">Receives a problem for each file that is missing or invalid, and for each combination that libpq rejects.</param>
    public static void Apply(NpgsqlConnectionStringBuilder builder, ConnectionSettings connection, List<Problem> problems)
    {
        ApplyRoot(builder, connection, problems);
        ApplyCertificate(builder, connection, problems);
        if (Version(connection["ssl_min_protocol_version"], 0) > Version(connection["ssl_max_protocol_version"], Versions.Length - 1))
        {
            problems.Add(Problem("ssl_min_protocol_version is newer than ssl_max_protocol_version"));
        }
        else if (Protocols(connection) == SslProtocols.None && connection["ssl_max_protocol_version"] is { Length: > 0 } newest)
        {
            problems.Add(Problem($"ssl_max_protocol_version (PGSSLMAXPROTOCOLVERSION) is {newest}, but migrate supports only TLSv1.2 and TLSv1.3"));
        }

        if (builder.ChannelBinding == ChannelBinding.Require)
        {
            RequireChannelBinding(builder, problems);
        }
    }

    private static void ApplyRoot(NpgsqlConnectionStringBuilder builder, ConnectionSettings connection, List<Problem> problems)
    {
        string? mode = connection["sslmode"];
        string? root = connection["sslrootcert"];
        if (root == SystemRoots)
        {
            // libpq rejects weaker modes, because anyone can get a certificate from a public authority.
            if (mode is not (null or "verify-full" or "verifyfull"))
            {
                problems.Add(Problem($"sslrootcert=system needs sslmode=verify-full, but sslmode is {mode}"));
            }

            builder.SslMode = SslMode.VerifyFull;
            builder.RootCertificate = null;
            return;
        }

        if (root is null && builder.SslMode is SslMode.Require or SslMode.VerifyCA or SslMode.VerifyFull)
        {
            root = UserFile("root.crt");
            builder.RootCertificate = root;
        }

        if (root is null)
        {
            return;
        }

        Check("sslrootcert", root, RootProblem, problems);

        // libpq: "if a root CA file exists, the behavior of sslmode=require will be the same as that of verify-ca".
        if (builder.SslMode == SslMode.Require)
        {
            builder.SslMode = SslMode.VerifyCA;
        }

        // libpq reads ~/.postgresql/root.crl even if no setting names it.
        if (builder.SslMode is SslMode.VerifyCA or SslMode.VerifyFull && UserFile("root.crl") is { } revocations)
        {
            problems.Add(new Problem("tls", $"the certificate revocation list {revocations} is refused: migrate does not check certificate revocation lists")
            {
                Advice = "Remove the file, or run migrate with another HOME.",
            });
        }
    }

    private static void ApplyCertificate(NpgsqlConnectionStringBuilder builder, ConnectionSettings connection, List<Problem> problems)
    {
        if (SendsNoCertificate(connection))
        {
            builder.SslCertificate = null;
            builder.SslKey = null;
            return;
        }

        string? certificate = connection["sslcert"];
        if (certificate is null && builder.SslMode != SslMode.Disable && builder.Host?.Split(',').All(IsSocket) != true)
        {
            certificate = UserFile("postgresql.crt");
            builder.SslCertificate = certificate;
        }

        // A .pfx file contains the certificate and the key.
        bool holdsKey = certificate is not null && Path.GetExtension(certificate).ToUpperInvariant() is ".PFX" or ".P12";
        string? key = connection["sslkey"];
        if (key is null && certificate is not null && !holdsKey)
        {
            key = UserFile("postgresql.key");
            builder.SslKey = key;
        }

        Check("sslkey", key, KeyProblem, problems);
        if (certificate is not null)
        {
            bool canBeRead = File.Exists(certificate) && (key is null || File.Exists(key));
            Check("sslcert", certificate, file => holdsKey || key is null || !canBeRead ? null : PairProblem(file, key, connection["sslpassword"]), problems);
            if (holdsKey && File.Exists(certificate))
            {
                Check("sslcert", certificate, KeyProblem, problems);
            }

            if (key is null && !holdsKey)
            {
                problems.Add(Problem($"sslkey is not set, so there is no private key for the client certificate {certificate}"));
            }
        }
    }

    // "Channel Binding=Require" matters only if the server asks for SCRAM. If the server asks for something else, such as a cleartext
    // password, Npgsql would send it. With "Require Auth", Npgsql closes the connection instead.
    private static void RequireChannelBinding(NpgsqlConnectionStringBuilder builder, List<Problem> problems)
    {
        const string Needs = "channel_binding=require (PGCHANNELBINDING) needs";
        if (builder.Host?.Split(',').FirstOrDefault(IsSocket) is { } socket)
        {
            problems.Add(ChannelBindingProblem($"{Needs} TLS, but the host {socket} is a Unix socket"));
        }
        else if (builder.SslMode == SslMode.Disable)
        {
            problems.Add(ChannelBindingProblem($"{Needs} TLS, but sslmode is disable"));
        }
        else if (builder.SslMode is SslMode.Allow or SslMode.Prefer)
        {
            // A connection without TLS cannot succeed.
            builder.SslMode = SslMode.Require;
        }

        string[] methods = (builder.RequireAuth ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        bool isExclusion = methods.Length > 0 && methods[0].StartsWith('!');
        if (methods.Length > 0 && isExclusion == methods.Any(m => m.TrimStart('!') == ScramMethod))
        {
            problems.Add(ChannelBindingProblem($"{Needs} scram-sha-256, but require_auth (PGREQUIREAUTH) does not allow that method"));
        }

        builder.RequireAuth = ScramMethod;
    }

    private static bool SendsNoCertificate(ConnectionSettings connection) => connection["sslcertmode"] == "disable";

    // SslProtocols.None lets the TLS library choose.
    private static SslProtocols Protocols(ConnectionSettings connection)
    {
        int oldest = Version(connection["ssl_min_protocol_version"], -1);
        int newest = Version(connection["ssl_max_protocol_version"], Versions.Length);
        return oldest < 0 && newest == Versions.Length ? SslProtocols.None
            : (oldest <= 2 && newest >= 2 ? SslProtocols.Tls12 : SslProtocols.None) | (oldest <= 3 && newest >= 3 ? SslProtocols.Tls13 : SslProtocols.None);
    }

    private static int Version(string? value, int otherwise)
        => Array.FindIndex(Versions, v => v.Equals(value, StringComparison.OrdinalIgnoreCase)) is >= 0 and int found ? found : otherwise;

    // The files that libpq and Npgsql use without any setting.
    private static string? UserFile(string name)
        => Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home && Path.Combine(home, ".postgresql", name) is var path && File.Exists(path)
            ? path
            : null;

    // The same rule as in libpq (initialize_SSL in fe-secure-openssl.c). A file that root does not own must have mode 0600 or less. Only its
    // owner and root can read it then, so libpq does not also check who the owner is.
    private static Problem? KeyProblem(string path)
    {
        UnixFile file = UnixFile.Read(path);
        UnixFileMode refused = file.Owner == 0 ? UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | Others : GroupAndOthers;
        string? problem = !file.IsRegular ? $"the private key {path} is not a regular file"
            : (file.Mode & refused) == 0 ? null
            : $"the private key {path} has the permissions {Convert.ToString((int)file.Mode, 8).PadLeft(4, '0')}, which give access to other users: permissions should be u=rw (0600) "
                + "or less if owned by the current user, or permissions should be u=rw,g=r (0640) or less if owned by root";
        return problem is null ? null : new Problem("tls", problem)
        {
            Advice = $"Run chmod 0600 {path}. In a pod, set defaultMode: 0440 for the volume of the Secret, and fsGroup if the container does not run as root.",
        };
    }

    private static void Check(string keyword, string? path, Func<string, Problem?> problemOf, List<Problem> problems)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            if (File.Exists(path))
            {
                UnixFile.ThrowIfSpecial(path);
            }

            if ((File.Exists(path) ? problemOf(path) : Problem($"the file of {keyword} does not exist: {path}")) is { } problem)
            {
                problems.Add(problem);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(Problem($"{keyword} cannot be read: {ForeignText.Of(e.Message)}"));
        }
    }

    // Npgsql accepts a file without certificates, and then rejects every server certificate.
    private static Problem? RootProblem(string path)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(path);
            if (roots.Count == 0)
            {
                roots.Add(X509CertificateLoader.LoadCertificateFromFile(path));
            }

            return null;
        }
        catch (CryptographicException)
        {
            return Problem($"sslrootcert contains no certificate: {path}");
        }
        finally
        {
            foreach (X509Certificate2 root in roots)
            {
                root.Dispose();
            }
        }
    }

    private static Problem? PairProblem(string certificate, string key, string? password)
    {
        try
        {
            using X509Certificate2 pair = string.IsNullOrEmpty(password)
                ? X509Certificate2.CreateFromPemFile(certificate, key)
                : X509Certificate2.CreateFromEncryptedPemFile(certificate, password, key);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return Problem($"sslcert and sslkey cannot be used together ({certificate}, {key}): both must be PEM files, sslkey must be the private key of "
                + "the certificate, and an encrypted key needs sslpassword");
        }
    }

    private static Problem ChannelBindingProblem(string message) => new("tls", message)
    {
        Advice = "Use a TCP host, sslmode=require or stricter, and a role with a SCRAM-SHA-256 password; or remove channel_binding=require.",
    };

    private static Problem Problem(string message) => new("tls", message)
    {
        Advice = "See docs/connection.md, \"TLS\". In a pod, check that the Secret with the files is mounted.",
    };
}
