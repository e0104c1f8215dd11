using Npgsql;

namespace Migrator.Configuration;

/// <summary>
/// TLS as libpq means it (https://www.postgresql.org/docs/current/libpq-ssl.html), where Npgsql means something else.
/// </summary>
internal static class TlsSettings
{
    private const string SystemRoots = "system";

    /// <summary>Puts libpq's meaning into Npgsql's settings.</summary>
    /// <param name="builder">The settings.</param>
    /// <param name="connection">What was configured.</param>
    /// <param name="problems">Takes files that are missing and combinations that libpq refuses.</param>
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
            AddIfMissing("sslrootcert", root, problems);

            // "if a root CA file exists, the behavior of sslmode=require will be the same as that of verify-ca"
            if (builder.SslMode == SslMode.Require)
            {
                builder.SslMode = SslMode.VerifyCA;
            }
        }

        AddIfMissing("sslcert", connection["sslcert"], problems);
        AddIfMissing("sslkey", connection["sslkey"], problems);
        if (connection["sslcert"] is not null && connection["sslkey"] is null)
        {
            problems.Add(Problem("sslcert is set, but sslkey is not: the certificate's private key is needed"));
        }
    }

    private static void AddIfMissing(string keyword, string? path, List<Problem> problems)
    {
        if (path is not null && !File.Exists(path))
        {
            problems.Add(Problem($"{keyword} names a file that does not exist: {path}"));
        }
    }

    private static Problem Problem(string message) => new("tls", message)
    {
        Advice = "See sslmode in the README; in a pod, check that the Secret with the certificate is mounted there.",
    };
}
