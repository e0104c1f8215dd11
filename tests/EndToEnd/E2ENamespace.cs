using System.Net;
using System.Security.Cryptography;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Migrator.EndToEnd.Observation;

namespace Migrator.EndToEnd;

/// <summary>
/// A namespace and a database for one test. The namespace contains a Secret with the database's address, and its
/// changes are recorded. Disposing deletes the namespace and the database.
/// </summary>
public sealed class E2ENamespace : IAsyncDisposable
{
    /// <summary>The name of the Secret with the database's address, under the key <c>url</c>.</summary>
    public const string DatabaseSecret = "orders-postgres";

    private readonly IKubernetes _api;

    private E2ENamespace(E2ECluster cluster, string name, E2EDatabase database, ClusterRecord record)
    {
        _api = cluster.Api;
        Cluster = cluster;
        Name = name;
        Database = database;
        Record = record;
    }

    public E2ECluster Cluster { get; }

    /// <summary>The namespace's name.</summary>
    public string Name { get; }

    public E2EDatabase Database { get; }

    /// <summary>The recorded changes in the namespace.</summary>
    public ClusterRecord Record { get; }

    /// <summary>Creates the namespace and the database.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="prefix">The prefix of both names.</param>
    /// <param name="cancellationToken">Cancels the creation.</param>
    public static async Task<E2ENamespace> CreateAsync(
        E2ECluster cluster, string prefix, CancellationToken cancellationToken)
    {
        var name = $"{prefix}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var database = await E2EDatabase.CreateAsync(cluster.DatabaseUrl, prefix, cancellationToken);
        try
        {
            await cluster.Api.CoreV1.CreateNamespaceAsync(
                new V1Namespace { Metadata = new V1ObjectMeta { Name = name } }, cancellationToken: cancellationToken);
            var created = new E2ENamespace(
                cluster, name, database, await ClusterRecord.StartAsync(cluster.Api, name, cancellationToken));
            await created.CreateSecretAsync(DatabaseSecret, database.Url, cancellationToken);
            return created;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates a Secret with a database's address under the key <c>url</c>.</summary>
    public Task CreateSecretAsync(string name, string url, CancellationToken cancellationToken) =>
        _api.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = name },
                StringData = new Dictionary<string, string> { ["url"] = url },
            },
            Name,
            cancellationToken: cancellationToken);

    /// <summary>Returns a Deployment, or null if it does not exist.</summary>
    public async Task<V1Deployment?> FindDeploymentAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await _api.AppsV1.ReadNamespacedDeploymentAsync(name, Name, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException problem) when (problem.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Returns the current pods, without those that are being deleted.</summary>
    public async Task<IReadOnlyList<V1Pod>> PodsAsync(CancellationToken cancellationToken)
    {
        var pods = await _api.CoreV1.ListNamespacedPodAsync(Name, cancellationToken: cancellationToken);
        return [.. pods.Items.Where(p => p.Metadata.DeletionTimestamp is null)];
    }

    /// <summary>
    /// Sends a request to a pod through the API server's proxy, because this process may not reach pods directly, and
    /// returns the response.
    /// </summary>
    /// <param name="pod">The pod's name.</param>
    /// <param name="path">The path, without the leading slash.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="HttpOperationException">The pod does not respond, or responds with an error status.</exception>
    public async Task<string> GetFromPodAsync(string pod, string path, CancellationToken cancellationToken)
    {
        await using var response = await _api.CoreV1.ConnectGetNamespacedPodProxyWithPathAsync(
            $"{pod}:3000", Name, path, cancellationToken: cancellationToken);
        using var reader = new StreamReader(response);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>
    /// Sends a request to a Service through the API server's proxy, and returns the version and the pod that responded.
    /// </summary>
    /// <param name="service">The name and the port of the Service, such as <c>orders:http</c>.</param>
    /// <param name="path">The path, without the leading slash.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="HttpOperationException">No pod responds, or it responds with an error status.</exception>
    public async Task<IReadOnlyList<string>> GetFromServiceAsync(string service, string path, CancellationToken cancellationToken)
    {
        using var answer = await _api.CoreV1.ConnectGetNamespacedServiceProxyWithPathWithHttpMessagesAsync(
            service, Name, path, cancellationToken: cancellationToken);
        await using var body = answer.Body;
        await body.CopyToAsync(Stream.Null, cancellationToken);
        return answer.Response.Headers.GetValues("Served-By").Single().Split(' ');
    }

    /// <summary>
    /// Deletes the namespace and the database. Does not wait until a real cluster has deleted the namespace.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await Record.DisposeAsync();
        await _api.CoreV1.DeleteNamespaceAsync(Name);
        await Database.DisposeAsync();
    }
}
