using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Migrator.Configuration;
using Npgsql;

namespace Migrator.Database;

/// <summary>
/// Finds out why the server's certificate was rejected. The TLS library only reports that a callback rejected it. The
/// diagnosis connects once more to get the certificate, and closes the connection before any data is sent.
/// </summary>
internal static class TlsDiagnosis
{
    private const int TimeoutSeconds = 5;

    /// <summary>Finds the reason and the advice; null when the reason cannot be found.</summary>
    /// <param name="settings">The connection settings.</param>
    /// <param name="connection">The configured settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Cancels the connection attempt.</param>
    public static async Task<(string Reason, string Advice)?> DiagnoseAsync(
        NpgsqlConnectionStringBuilder settings, ConnectionSettings connection, TimeProvider time, CancellationToken cancellation)
    {
        (string, string)? diagnosis = null;
        var unverified = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            SslMode = SslMode.Require,
            RootCertificate = null,
            Timeout = TimeoutSeconds,
        };
        var builder = new NpgsqlSlimDataSourceBuilder(unverified.ConnectionString);
        builder.EnableTransportSecurity();
        builder.UseSslClientAuthenticationOptionsCallback(tls =>
        {
            TlsSettings.Apply(tls, connection);
            tls.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                if (certificate is X509Certificate2 known)
                {
                    diagnosis ??= Diagnose(known, chain, tls, settings, TlsSettings.TrustsSystem(connection), time.GetUtcNow().UtcDateTime);
                }

                return false;
            };
        });
        try
        {
            await using NpgsqlDataSource source = settings.Host!.Contains(',', StringComparison.Ordinal) ? builder.BuildMultiHost() : builder.Build();
            await using NpgsqlConnection opened = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or ArgumentException or TimeoutException or CryptographicException)
        {
            // The connection is always rejected. The callback has received the certificate by then.
        }

        return diagnosis;
    }

    private static (string Reason, string Advice)? Diagnose(
        X509Certificate2 certificate,
        X509Chain? sent,
        SslClientAuthenticationOptions tls,
        NpgsqlConnectionStringBuilder settings,
        bool trustsSystem,
        DateTime now)
    {
        if (certificate.NotAfter.ToUniversalTime() < now || certificate.NotBefore.ToUniversalTime() > now)
        {
            return (string.Create(CultureInfo.InvariantCulture, $"the server's certificate is valid only from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"),
                "Renew the server's certificate, or check the clock of this machine.");
        }

        string? root = trustsSystem ? null : settings.RootCertificate;
        if (!IsTrusted(certificate, sent, root))
        {
            return ($"the server's certificate was issued by {certificate.Issuer}, which {(root is null ? "this machine does not trust" : $"sslrootcert ({root}) does not contain")}",
                "Set sslrootcert (PGSSLROOTCERT) to the file with the certificate of the authority that issued the server's certificate. For a managed database, that is the provider's bundle.");
        }

        return settings.SslMode == SslMode.VerifyFull && !certificate.MatchesHostname(tls.TargetHost!)
            ? ($"the server's certificate is for {Names(certificate)}, not for {tls.TargetHost}",
                "Connect with a host name that the certificate contains. sslmode=verify-ca does not check the name.")
            : null;
    }

    private static bool IsTrusted(X509Certificate2 certificate, X509Chain? sent, string? root)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (X509ChainElement element in sent?.ChainElements.AsEnumerable() ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        if (root is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(root);
        }

        return chain.Build(certificate);
    }

    private static string Names(X509Certificate2 certificate)
    {
        string[] names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))).ToArray();
        return names.Length > 0 ? string.Join(", ", names) : certificate.Subject;
    }
}
