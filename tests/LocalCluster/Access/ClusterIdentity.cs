using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Migrator.LocalCluster.Access;

/// <summary>A ServiceAccount.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Name">The name.</param>
internal sealed record Account(string Namespace, string Name)
{
    /// <summary>The user name, as in messages of the API server.</summary>
    public string UserName => $"system:serviceaccount:{Namespace}:{Name}";
}

/// <summary>The cluster's CA, the certificate of its API server, and the tokens of its ServiceAccounts.</summary>
internal sealed class ClusterIdentity : IDisposable
{
    private readonly ConcurrentDictionary<string, Account> _tokens = [];

    public ClusterIdentity()
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=kubernetes", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var ca = caRequest.CreateSelfSigned(from, until);
        AuthorityPem = ca.ExportCertificatePem();

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(ca, from, until, RandomNumberGenerator.GetBytes(8));
        using var withKey = certificate.CopyWithPrivateKey(key);
        // A server on Windows needs a key that is stored with the certificate.
        ServerCertificate = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The CA's certificate.</summary>
    public string AuthorityPem { get; }

    /// <summary>The API server's certificate, with its key.</summary>
    public X509Certificate2 ServerCertificate { get; }

    /// <summary>The port of the API server for pods (HTTPS), on loopback.</summary>
    public int Port { get; set; }

    /// <summary>Creates a token for a ServiceAccount.</summary>
    public string IssueToken(Account account)
    {
        var token = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        _tokens[token] = account;
        return token;
    }

    /// <summary>Finds the ServiceAccount of a token; null for an unknown token.</summary>
    public Account? Find(string token) => _tokens.GetValueOrDefault(token);

    public void Dispose() => ServerCertificate.Dispose();
}
