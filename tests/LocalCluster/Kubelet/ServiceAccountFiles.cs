using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Access;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>
/// The token, the CA and the namespace that Kubernetes mounts into the containers of a pod, unless the pod or its ServiceAccount says
/// <c>automountServiceAccountToken: false</c>.
/// </summary>
/// <remarks>https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/</remarks>
internal static class ServiceAccountFiles
{
    /// <summary>Where containers find the files.</summary>
    public const string Path = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Writes the files, and returns their folder; null if the pod does not get a token.</summary>
    public static string? Write(ObjectStore store, JsonObject pod, string podFolder, ClusterIdentity identity)
    {
        var account = new Account(pod.Text("metadata", "namespace")!, pod.Text("spec", "serviceAccountName") ?? "default");
        var found = store.Get(new ObjectKey(Kinds.ServiceAccount, account.Namespace, account.Name));
        if ((pod.Flag("spec", "automountServiceAccountToken") ?? found?.Flag("automountServiceAccountToken")) == false)
        {
            return null;
        }

        var folder = System.IO.Path.Combine(podFolder, "serviceaccount");
        Write(account, folder, identity);
        return folder;
    }

    /// <summary>Writes the files of an account.</summary>
    public static void Write(Account account, string folder, ClusterIdentity identity) => ProjectedFiles.Write(
        folder, [File("token", identity.IssueToken(account)), File("ca.crt", identity.AuthorityPem), File("namespace", account.Namespace)]);

    /// <summary>
    /// The variables with which a container finds the API: the cluster IP is not reachable, and the files are not at their usual place.
    /// </summary>
    /// <param name="folder">The folder of the files; null for none.</param>
    /// <param name="identity">The API server.</param>
    public static Dictionary<string, string> Environment(string? folder, ClusterIdentity identity)
    {
        var variables = new Dictionary<string, string>
        {
            ["KUBERNETES_SERVICE_HOST"] = "127.0.0.1",
            ["KUBERNETES_SERVICE_PORT"] = identity.Port.ToString(CultureInfo.InvariantCulture),
        };
        if (folder is not null)
        {
            variables["MIGRATE_SERVICE_ACCOUNT_DIR"] = folder;
        }

        return variables;
    }

    private static ProjectedFile File(string name, string content) => new(name, Encoding.UTF8.GetBytes(content), 0b110_100_100);
}
