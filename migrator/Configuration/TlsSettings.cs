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

    /// <summary>Whether the system's certificate authorities are trusted instead of a file.</summary>
    public static bool TrustsSystem(ConnectionSettings connection) => connection["sslrootcert"] == SystemRoots;

    /// <summary>Applies the TLS settings to Npgsql's builder.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connection">The configured settings.</param>
    /// <param name="problems">Receives a problem for each file that is missing or invalid, and for each combination that libpq rejects.</param>
    public static void Apply(NpgsqlConnectionStringBuilder builder, ConnectionSettings connection, List<Problem> problems)
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
        }
        else if (root is not null)
        {
            Check("sslrootcert", root, RootProblem, problems);

            // libpq: "if a root CA file exists, the behavior of sslmode=require will be the same as that of verify-ca".
            if (builder.SslMode == SslMode.Require)
            {
                builder.SslMode = SslMode.VerifyCA;
            }
        }

        string? key = connection["sslkey"];
        Check("sslkey", key, _ => null, problems);
        if (connection["sslcert"] is { } certificate)
        {
            // A .pfx file contains the certificate and the key.
            bool holdsKey = Path.GetExtension(certificate).ToUpperInvariant() is ".PFX" or ".P12";
            bool canBeRead = File.Exists(certificate) && (key is null || File.Exists(key));
            Check("sslcert", certificate, file => holdsKey || key is null || !canBeRead ? null : PairProblem(file, key, connection["sslpassword"]), problems);
            if (key is null && !holdsKey)
            {
                problems.Add(Problem("sslcert is set, but sslkey (the private key of the certificate) is not"));
            }
        }
    }

    private static void Check(string keyword, string? path, Func<string, string?> problemOf, List<Problem> problems)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            string? problem = File.Exists(path) ? problemOf(path) : $"the file of {keyword} does not exist: {path}";
            if (problem is not null)
            {
                problems.Add(Problem(problem));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(Problem($"{keyword} cannot be read: {ForeignText.Of(e.Message)}"));
        }
    }

    // Npgsql accepts a file without certificates, and then rejects every server certificate.
    private static string? RootProblem(string path)
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
            return $"sslrootcert contains no certificate: {path}";
        }
        finally
        {
            foreach (X509Certificate2 root in roots)
            {
                root.Dispose();
            }
        }
    }

    private static string? PairProblem(string certificate, string key, string? password)
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
            return $"sslcert and sslkey cannot be used together ({certificate}, {key}): both must be PEM files, sslkey must be the private key of "
                + "the certificate, and an encrypted key needs sslpassword";
        }
    }

    private static Problem Problem(string message) => new("tls", message)
    {
        Advice = "See 'TLS' in migrator/README.md. In a pod, check that the Secret with the certificate is mounted.",
    };
}
