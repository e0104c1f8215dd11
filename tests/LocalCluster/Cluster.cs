using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Api;
using Migrator.LocalCluster.Controllers;
using Migrator.LocalCluster.History;
using Migrator.LocalCluster.Kubelet;
using Migrator.LocalCluster.Storage;
using Migrator.Tooling.Processes;

namespace Migrator.LocalCluster;

/// <summary>
/// A stand-in for a Kubernetes cluster, in this process: helm and kubectl talk to its API, its controllers run Jobs and
/// Deployments, and each container is a process of this machine. It makes visible in which order things happen.
/// </summary>
public sealed class Cluster : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<Exception> _faults = [];
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
        _node = new Node(_registry, _deletion, History, options, FindImage, _folder.Path) { OnFault = _faults.Enqueue };
    }

    /// <summary>
    /// What each image stands for, by the name that pods use (<c>orders:v1</c>). An image that is not here cannot be
    /// pulled. It can be changed at any time.
    /// </summary>
    public IDictionary<string, ImageProgram> Images { get; } = new ConcurrentDictionary<string, ImageProgram>();

    /// <summary>Everything that happened.</summary>
    public ClusterHistory History { get; }

    /// <summary>The API's address, as in <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri Address => _server!.Address;

    /// <summary>A kubeconfig file for this cluster, for <c>KUBECONFIG</c> or <c>--kubeconfig</c>.</summary>
    public string KubeconfigPath { get; private set; } = "";

    /// <summary>Faults of the cluster itself; a test that finds any has found a bug here.</summary>
    public IReadOnlyCollection<Exception> Faults => [.. _faults];

    /// <summary>Starts an empty cluster with the usual namespaces.</summary>
    /// <param name="options">Its pauses; null for those of Kubernetes.</param>
    /// <param name="cancellationToken">Ends the starting.</param>
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

    /// <summary>An object as it is now, or null.</summary>
    /// <param name="kind">Its kind, as in <c>Deployment</c>.</param>
    /// <param name="inNamespace">Its namespace; empty for a kind that has none.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public JsonObject? Find(string kind, string inNamespace, string name) =>
        _registry.Store.Get(new ObjectKey(KindOf(kind), inNamespace, name));

    /// <summary>The objects of a kind as they are now, by name.</summary>
    /// <param name="kind">The kind, as in <c>Pod</c>.</param>
    /// <param name="inNamespace">Their namespace; empty for all.</param>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public IReadOnlyList<JsonObject> List(string kind, string inNamespace = "") =>
        _registry.Store.List(KindOf(kind), inNamespace).Objects;

    /// <summary>Ends every process of the cluster and removes its folders.</summary>
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
        _folder.Dispose();
    }

    private static ResourceKind KindOf(string kind) =>
        Kinds.All.FirstOrDefault(k => k.Kind == kind) ?? throw new ArgumentException(
            $"There is no kind {kind}.", nameof(kind));

    private ImageProgram? FindImage(string name) => Images.TryGetValue(name, out var image) ? image : null;

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        StartObjects.Make(_registry);
        Controller[] controllers =
        [
            new NamespaceController(_registry, _deletion),
            new GarbageCollector(_registry, _deletion, _options),
            new JobController(_registry, _deletion, _options),
            new ReplicaSetController(_registry, _deletion),
            new DeploymentController(_registry, _deletion),
            new EndpointSliceController(_registry),
        ];
        foreach (var controller in controllers)
        {
            controller.OnFault = _faults.Enqueue;
        }

        _working = Task.WhenAll([
            .. controllers.Select(c => Task.Run(() => c.RunAsync(_stop.Token), CancellationToken.None)),
            Task.Run(() => _node.RunAsync(_stop.Token), CancellationToken.None)]);
        _server = await ApiServer.StartAsync(_registry, _deletion, _node, cancellationToken);
        KubeconfigPath = Path.Combine(_folder.Path, "kubeconfig");
        await File.WriteAllTextAsync(KubeconfigPath, Kubeconfig.For(_server.Address), cancellationToken);
    }
}
