using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Migrator.Kubernetes;

/// <summary>
/// How a pod reaches the API server: the address from its environment, and the files of its ServiceAccount
/// (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/).
/// </summary>
/// <param name="server">The address of the API server.</param>
/// <param name="folder">The folder with the files <c>token</c>, <c>ca.crt</c> and <c>namespace</c>.</param>
internal sealed class PodCredentials(Uri server, string folder)
{
    /// <summary>The environment variable for another folder than <see cref="DefaultFolder"/>.</summary>
    public const string FolderName = "MIGRATE_SERVICE_ACCOUNT_DIR";

    private const string DefaultFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The address of the API server.</summary>
    public Uri Server => server;

    /// <summary>Finds the credentials.</summary>
    /// <param name="environment">The environment variables.</param>
    /// <exception cref="MigrateException">The process does not run in a pod, or the pod has no token (2).</exception>
    public static PodCredentials From(IReadOnlyDictionary<string, string> environment)
    {
        string host = environment.GetValueOrDefault("KUBERNETES_SERVICE_HOST", "");
        if (host.Length == 0)
        {
            throw Missing("the environment variable KUBERNETES_SERVICE_HOST is not set", "--after-rollout and --after-pods work only in a pod of Kubernetes.");
        }

        // An IPv6 address needs brackets in a URI.
        string authority = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
        string port = environment.GetValueOrDefault("KUBERNETES_SERVICE_PORT", "443");
        string folder = environment.GetValueOrDefault(FolderName, "");
        var credentials = new PodCredentials(new Uri($"https://{authority}:{port}/"), folder.Length > 0 ? folder : DefaultFolder);
        credentials.ReadToken();
        return credentials;
    }

    /// <summary>Reads the token.</summary>
    /// <exception cref="MigrateException">The file cannot be read, or contains no token (2).</exception>
    public string ReadToken()
    {
        string token = Read("token").Trim();
        return token.Length > 0 && token.All(c => c is > ' ' and <= '~')
            ? token
            : throw Missing($"{Path.Combine(folder, "token")} does not contain a token", "Look at the volume of the pod that contains the file.");
    }

    /// <summary>Reads the namespace of the pod.</summary>
    /// <exception cref="MigrateException">The file cannot be read (2).</exception>
    public string ReadNamespace() => Read("namespace").Trim();

    /// <summary>Reads the certificates of the cluster's CA, as PEM.</summary>
    /// <exception cref="MigrateException">The file cannot be read (2).</exception>
    public string ReadAuthority() => Read("ca.crt");

    /// <summary>Parses the certificates of <see cref="ReadAuthority"/>.</summary>
    /// <exception cref="MigrateException">The file contains no valid certificate (2).</exception>
    public X509Certificate2Collection ParseAuthority(string pem)
    {
        var authorities = new X509Certificate2Collection();
        string reason = "it contains no certificate";
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            reason = e.Message;
        }

        return authorities.Count > 0
            ? authorities
            : throw Missing($"{Path.Combine(folder, "ca.crt")} is not a PEM file: {reason}", "Look at the volume of the pod that contains the file.");
    }

    private string Read(string name)
    {
        string path = Path.Combine(folder, name);
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Missing($"{path} cannot be read: {e.Message}", "The pod needs a ServiceAccount and automountServiceAccountToken: true.");
        }
    }

    private static MigrateException Missing(string what, string advice) => new(ExitCode.Usage, new Problem("no-kubernetes-access", $"the API of Kubernetes is not available: {what}") { Advice = advice });
}
