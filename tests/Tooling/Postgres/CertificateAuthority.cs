using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Migrator.Tooling.Postgres;

/// <summary>A certificate and its private key, as PEM.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Key">The key.</param>
public sealed record CertificateAndKey(string Certificate, string Key);

/// <summary>A certificate authority for one test.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset To = DateTimeOffset.UtcNow.AddDays(1);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;

    /// <summary>Creates an authority that is valid from yesterday until tomorrow.</summary>
    /// <param name="name">The common name of the authority.</param>
    public CertificateAuthority(string name = "Test CA")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(From, To);
    }

    /// <summary>The root certificate, for <c>sslrootcert</c>.</summary>
    public string Root => _root.ExportCertificatePem();

    /// <summary>Issues a certificate for a host or a user.</summary>
    /// <param name="name">The host name, IP address or user name.</param>
    /// <param name="until">The end of its validity. Default: null, which means one hour before the authority's.</param>
    public CertificateAndKey Issue(string name, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_root, From, until ?? To.AddHours(-1), RandomNumberGenerator.GetBytes(8));
        return new CertificateAndKey(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Disposes the key.</summary>
    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
    }
}
