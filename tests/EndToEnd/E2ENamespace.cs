using System.Net;
using System.Security.Cryptography;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Migrator.EndToEnd.Observation;

namespace Migrator.EndToEnd;

/// <summary>
/// A namespace and a database of one's own, with a Secret that leads from one to the other, and a record of all that
/// happens there. Both go with its disposal.
/// </summary>
public sealed class E2ENamespace : IAsyncDisposable
{
    /// <summary>The Secret with the connection, under the key <c>url</c>.</summary>
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

    /// <summary>What happened in the namespace.</summary>
    public ClusterRecord Record { get; }

    /// <summary>Makes both.</summary>
    /// <param name="cluster">Where.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    public static async Task<E2ENamespace> CreateAsync(
        E2ECluster cluster, string prefix, CancellationToken cancellationToken)
    {
        var name = $"{prefix}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var database = await E2EDatabase.CreateAsync(cluster.DatabaseUrl, prefix, cancellationToken);
        try
        {
            await cluster.Api.CoreV1.CreateNamespaceAsync(
                new V1Namespace { Metadata = new V1ObjectMeta { Name = name } }, cancellationToken: cancellationToken);
            var made = new E2ENamespace(
                cluster, name, database, await ClusterRecord.StartAsync(cluster.Api, name, cancellationToken));
            await made.CreateSecretAsync(DatabaseSecret, database.Url, cancellationToken);
            return made;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a Secret whose key <c>url</c> is a connection.</summary>
    public Task CreateSecretAsync(string name, string url, CancellationToken cancellationToken) =>
        _api.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = name },
                StringData = new Dictionary<string, string> { ["url"] = url },
            },
            Name,
            cancellationToken: cancellationToken);

    /// <summary>The Deployment as it is now, or null.</summary>
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

    /// <summary>The pods that are there now and are not being deleted.</summary>
    public async Task<IReadOnlyList<V1Pod>> PodsAsync(CancellationToken cancellationToken)
    {
        var pods = await _api.CoreV1.ListNamespacedPodAsync(Name, cancellationToken: cancellationToken);
        return [.. pods.Items.Where(p => p.Metadata.DeletionTimestamp is null)];
    }

    /// <summary>What a pod's server answers, asked through the API server, which reaches pods where we cannot.</summary>
    /// <param name="pod">The pod's name.</param>
    /// <param name="path">The path, without its first slash.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="HttpOperationException">It does not answer, or not with success.</exception>
    public async Task<string> AskAsync(string pod, string path, CancellationToken cancellationToken)
    {
        await using var answer = await _api.CoreV1.ConnectGetNamespacedPodProxyWithPathAsync(
            $"{pod}:3000", Name, path, cancellationToken: cancellationToken);
        using var reader = new StreamReader(answer);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>Removes both; on a real cluster the namespace takes its time, for which nobody waits.</summary>
    public async ValueTask DisposeAsync()
    {
        await Record.DisposeAsync();
        await _api.CoreV1.DeleteNamespaceAsync(Name);
        await Database.DisposeAsync();
    }
}
