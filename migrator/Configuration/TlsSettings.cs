using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace Migrator.Configuration;

/// <summary>
/// TLS as libpq means it (https://www.postgresql.org/docs/current/libpq-ssl.html), where Npgsql means something else.
/// </summary>
internal static class TlsSettings
{
    private const string SystemRoots = "system";

    /// <summary>Whether the machine's own authorities are trusted, and no file.</summary>
    public static bool TrustsSystem(ConnectionSettings connection) => connection["sslrootcert"] == SystemRoots;

    /// <summary>Puts libpq's meaning into Npgsql's settings.</summary>
    /// <param name="builder">The settings.</param>
    /// <param name="connection">What was configured.</param>
    /// <param name="problems">Takes files that are missing or hold something else, and combinations that libpq refuses.</param>
    public static void Apply(NpgsqlConnectionStringBuilder builder, ConnectionSettings connection, List<Problem> problems)
    {
        string? mode = connection["sslmode"];
        string? root = connection["sslrootcert"];
        if (root == SystemRoots)
        {
            // "weaker sslmode settings are not allowed together with it": anybody can get a certificate from a public CA.
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

            // "if a root CA file exists, the behavior of sslmode=require will be the same as that of verify-ca"
            if (builder.SslMode == SslMode.Require)
            {
                builder.SslMode = SslMode.VerifyCA;
            }
        }

        string? key = connection["sslkey"];
        Check("sslkey", key, _ => null, problems);
        if (connection["sslcert"] is { } certificate)
        {
            // A .pfx file holds both.
            bool holdsKey = Path.GetExtension(certificate).ToUpperInvariant() is ".PFX" or ".P12";
            bool canBeRead = File.Exists(certificate) && (key is null || File.Exists(key));
            Check("sslcert", certificate, file => holdsKey || key is null || !canBeRead ? null : PairProblem(file, key, connection["sslpassword"]), problems);
            if (key is null && !holdsKey)
            {
                problems.Add(Problem("sslcert is set, but sslkey is not: the certificate's private key is needed"));
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
            string? problem = File.Exists(path) ? problemOf(path) : $"{keyword} names a file that does not exist: {path}";
            if (problem is not null)
            {
                problems.Add(Problem(problem));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(Problem($"{keyword} cannot be read: {e.Message}"));
        }
    }

    // Npgsql takes a file without certificates for an authority that has signed nothing.
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
            return $"sslrootcert holds no certificate: {path}";
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
            return $"sslcert and sslkey are no pair that can be used ({certificate}, {key}): both have to be PEM, the key the certificate's own, "
                + "and sslpassword its password if it has one";
        }
    }

    private static Problem Problem(string message) => new("tls", message)
    {
        Advice = "See TLS in migrator/README.md; in a pod, check that the Secret with the certificate is mounted there.",
    };
}
