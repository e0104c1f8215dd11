using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace Migrator.Database;

/// <summary>
/// Says what is wrong with the server's certificate: the TLS library only says that a callback rejected it. It asks the
/// server once more for its certificate and hangs up before anything is sent to it.
/// </summary>
internal static class TlsDiagnosis
{
    private const int TimeoutSeconds = 5;

    /// <summary>The reason and what to do; null when it cannot be found out.</summary>
    public static async Task<(string Reason, string Advice)?> AskAsync(
        NpgsqlConnectionStringBuilder settings, bool trustsSystem, TimeProvider time, CancellationToken cancellation)
    {
        (string, string)? answer = null;
        var unverified = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            SslMode = SslMode.Require,
            RootCertificate = null,
            Timeout = TimeoutSeconds,
        };
        var builder = new NpgsqlSlimDataSourceBuilder(unverified.ConnectionString);
        builder.EnableTransportSecurity();
        builder.UseSslClientAuthenticationOptionsCallback(tls => tls.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
        {
            if (certificate is X509Certificate2 known)
            {
                answer ??= Judge(known, chain, tls, settings, trustsSystem, time.GetUtcNow().UtcDateTime);
            }

            return false;
        });
        try
        {
            await using NpgsqlDataSource source = settings.Host!.Contains(',', StringComparison.Ordinal) ? builder.BuildMultiHost() : builder.Build();
            await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or ArgumentException or TimeoutException or CryptographicException)
        {
            // It never opens: what the callback saw is all that is wanted.
        }

        return answer;
    }

    private static (string Reason, string Advice)? Judge(
        X509Certificate2 certificate,
        X509Chain? sent,
        SslClientAuthenticationOptions tls,
        NpgsqlConnectionStringBuilder settings,
        bool trustsSystem,
        DateTime now)
    {
        if (certificate.NotAfter.ToUniversalTime() < now || certificate.NotBefore.ToUniversalTime() > now)
        {
            return (string.Create(CultureInfo.InvariantCulture, $"the server's certificate is valid from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd} only"),
                "Renew the server's certificate, or look at the clock of this machine.");
        }

        string? root = trustsSystem ? null : settings.RootCertificate;
        if (!IsTrusted(certificate, sent, root))
        {
            return ($"the server's certificate was issued by {certificate.Issuer}, which {(root is null ? "this machine does not trust" : $"sslrootcert ({root}) does not hold")}",
                "Set sslrootcert (PGSSLROOTCERT) to the file with the certificate of the authority that signs the server's: the provider's bundle for a managed database.");
        }

        return settings.SslMode == SslMode.VerifyFull && !certificate.MatchesHostname(tls.TargetHost!)
            ? ($"the server's certificate is for {Names(certificate)}, not for {tls.TargetHost}",
                "Connect by a name that the certificate holds; sslmode=verify-ca does not ask for the name.")
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
