using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Migrator.LocalCluster.Access;
using Migrator.LocalCluster.Api;
using Migrator.LocalCluster.Controllers;
using Migrator.LocalCluster.History;
using Migrator.LocalCluster.Kubelet;
using Migrator.LocalCluster.Storage;
using Migrator.Tooling.Processes;

namespace Migrator.LocalCluster;

/// <summary>
/// A local cluster that imitates Kubernetes in this process. helm and kubectl use its API, its controllers run Jobs,
/// Deployments and StatefulSets, and each container is a process on this machine. It records the order of all events.
/// </summary>
public sealed class Cluster : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<Exception> _faults = [];
    private readonly ClusterIdentity _identity = new();
    private readonly Registry _registry;
    private readonly Deletion _deletion;
    private readonly Node _node;
    private readonly ClusterOptions _options;
    private Task _working = Task.CompletedTask;
    private ApiServer? _server;

    private Cluster(ClusterOptions options)
    {
        _options = options;
        var time = TimeProvider.System;
        History = new ClusterHistory(time);
        var store = new ObjectStore { OnChange = History.Add };
        _registry = new Registry(store, time);
        _deletion = new Deletion(_registry, time);
        _node = new Node(_registry, _deletion, History, options, FindImage, _folder.Path, _identity) { OnFault = _faults.Enqueue };
    }

    /// <summary>
    /// The images by the name that pods use, such as <c>orders:v1</c>. Other images cannot be pulled. Images can be
    /// added and removed at any time.
    /// </summary>
    public IDictionary<string, ImageProgram> Images { get; } = new ConcurrentDictionary<string, ImageProgram>();

    /// <summary>The history of all events.</summary>
    public ClusterHistory History { get; }

    /// <summary>The API's address, such as <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri Address => _server!.Address;

    /// <summary>A kubeconfig file for this cluster, for <c>KUBECONFIG</c> or <c>--kubeconfig</c>.</summary>
    public string KubeconfigPath { get; private set; } = "";

    /// <summary>Errors of the cluster itself. Any error is a bug in the cluster.</summary>
    public IReadOnlyCollection<Exception> Faults => [.. _faults];

    /// <summary>Starts a cluster that contains only the default namespaces.</summary>
    /// <param name="options">The cluster's delays; null for those of Kubernetes.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<Cluster> StartAsync(
        ClusterOptions? options = null, CancellationToken cancellationToken = default)
    {
        var cluster = new Cluster(options ?? new ClusterOptions());
        try
        {
            await cluster.StartPartsAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns the current state of an object, or null if it does not exist.</summary>
    /// <param name="kind">The kind, such as <c>Deployment</c>.</param>
    /// <param name="inNamespace">The namespace; empty for a cluster-scoped kind.</param>
    /// <param name="name">The object's name.</param>
    /// <exception cref="ArgumentException">The kind is unknown.</exception>
    public JsonObject? Find(string kind, string inNamespace, string name) =>
        _registry.Store.Get(new ObjectKey(KindOf(kind), inNamespace, name));

    /// <summary>Returns the current objects of a kind, sorted by name.</summary>
    /// <param name="kind">The kind, such as <c>Pod</c>.</param>
    /// <param name="inNamespace">The namespace; empty for all namespaces.</param>
    /// <exception cref="ArgumentException">The kind is unknown.</exception>
    public IReadOnlyList<JsonObject> List(string kind, string inNamespace = "") =>
        _registry.Store.List(KindOf(kind), inNamespace).Objects;

    /// <summary>
    /// Writes the files that a container of a pod would have for its ServiceAccount, and returns the environment variables with which a program outside
    /// a pod uses the API as this ServiceAccount.
    /// </summary>
    /// <param name="inNamespace">The namespace.</param>
    /// <param name="account">The name of the ServiceAccount.</param>
    /// <param name="folder">The folder for the files.</param>
    public IReadOnlyDictionary<string, string> WriteAccess(string inNamespace, string account, string folder)
    {
        ServiceAccountFiles.Write(new Account(inNamespace, account), folder, _identity);
        return ServiceAccountFiles.Environment(folder, _identity);
    }

    /// <summary>Called for each request over HTTPS, before the API server. If the result is true, the function has written the response.</summary>
    public Func<HttpContext, Task<bool>> OnRequest { get; set; } = _ => Task.FromResult(false);

    /// <summary>
    /// Evicts a pod, as the kubelet does when the node lacks memory: stops its containers, and sets the phase Failed. Returns when the pod has ended.
    /// </summary>
    /// <param name="inNamespace">The namespace.</param>
    /// <param name="pod">The name of the pod.</param>
    public Task EvictAsync(string inNamespace, string pod) => _node.EvictAsync(new ObjectKey(Kinds.Pod, inNamespace, pod));

    /// <summary>Forgets the snapshots of lists whose next pages were not read yet, as etcd does after five minutes.</summary>
    public void Compact() => _server!.Compact();

    /// <summary>Ends all processes of the cluster and deletes its folders.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _working;
        await _node.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _stop.Dispose();
        _identity.Dispose();
        _folder.Dispose();
    }

    private static ResourceKind KindOf(string kind) =>
        Kinds.All.FirstOrDefault(k => k.Kind == kind) ?? throw new ArgumentException(
            $"Unknown kind {kind}.", nameof(kind));

    private ImageProgram? FindImage(string name) => Images.TryGetValue(name, out var image) ? image : null;

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        InitialObjects.Create(_registry);
        Controller[] controllers =
        [
            new NamespaceController(_registry, _deletion),
            new GarbageCollector(_registry, _deletion, _options),
            new JobController(_registry, _deletion, _options),
            new ReplicaSetController(_registry, _deletion),
            new DeploymentController(_registry, _deletion),
            new StatefulSetController(_registry, _deletion),
            new EndpointSliceController(_registry),
        ];
        foreach (var controller in controllers)
        {
            controller.OnFault = _faults.Enqueue;
        }

        _working = Task.WhenAll([
            .. controllers.Select(c => Task.Run(() => c.RunAsync(_stop.Token), CancellationToken.None)),
            Task.Run(() => _node.RunAsync(_stop.Token), CancellationToken.None)]);
        _server = await ApiServer.StartAsync(_registry, _deletion, _node, _identity, _options, http => OnRequest(http), cancellationToken);
        KubeconfigPath = Path.Combine(_folder.Path, "kubeconfig");
        await File.WriteAllTextAsync(KubeconfigPath, Kubeconfig.For(_server.Address), cancellationToken);
    }
}
