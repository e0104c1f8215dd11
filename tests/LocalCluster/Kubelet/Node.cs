using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Access;
using Migrator.LocalCluster.Controllers;
using Migrator.LocalCluster.History;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>
/// The cluster's only node, with scheduler and kubelet. Binds every pod to itself and runs it on this machine.
/// </summary>
internal sealed class Node : INodeLogs, IAsyncDisposable
{
    public const string Name = "local";

    private readonly Registry _registry;
    private readonly Deletion _deletion;
    private readonly ClusterHistory _history;
    private readonly ClusterOptions _options;
    private readonly Func<string, ImageProgram?> _findImage;
    private readonly string _folder;
    private readonly ClusterIdentity _identity;
    private readonly EventRecorder _scheduling;
    private readonly EventRecorder _events;
    private readonly LoopbackAddresses _addresses = new();
    private readonly ConcurrentDictionary<string, (PodRunner Runner, PodContext Context)> _pods = [];
    private readonly ConcurrentDictionary<string, Task> _endings = [];
    private readonly CancellationTokenSource _disposing = new();

    public Node(
        Registry registry,
        Deletion deletion,
        ClusterHistory history,
        ClusterOptions options,
        Func<string, ImageProgram?> findImage,
        string folder,
        ClusterIdentity identity)
    {
        _identity = identity;
        _registry = registry;
        _deletion = deletion;
        _history = history;
        _options = options;
        _findImage = findImage;
        _folder = folder;
        _scheduling = new EventRecorder(registry, "default-scheduler");
        _events = new EventRecorder(registry, "kubelet");
    }

    public Action<Exception> OnFault { get; set; } = _ => { };

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in _registry.Store.WatchAsync(0, cancellationToken))
            {
                try
                {
                    Handle(change);
                }
                catch (Exception problem) when (problem is not OperationCanceledException)
                {
                    OnFault(problem);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The cluster is being disposed.
        }
    }

    public ContainerLog? Find(string podUid, string container, bool previous) =>
        _pods.TryGetValue(podUid, out var pod) && pod.Runner.Find(container) is { } runner
            ? previous ? runner.PreviousLog : runner.Log
            : null;

    /// <summary>Evicts a pod, and returns when it has ended.</summary>
    public Task EvictAsync(ObjectKey key) => _pods.Values.Single(p => p.Context.Key == key).Runner.EvictAsync();

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await Task.WhenAll(_pods.Values.Select(p => p.Runner.DisposeAsync().AsTask()));
        await Task.WhenAll(_endings.Values);
        _disposing.Dispose();
    }

    private void Handle(StoreChange change)
    {
        if (change.Key.Kind == Kinds.Secret || change.Key.Kind == Kinds.ConfigMap)
        {
            foreach (var (runner, _) in _pods.Values.Where(p => p.Context.Key.Namespace == change.Key.Namespace))
            {
                runner.RefreshVolumes();
            }
        }
        else if (change.Key.Kind == Kinds.Pod)
        {
            HandlePod(change);
        }
    }

    private void HandlePod(StoreChange change)
    {
        var uid = change.Object.Text("metadata", "uid")!;
        if (change.Type == ChangeType.Deleted)
        {
            if (_pods.TryRemove(uid, out var gone))
            {
                _endings[uid] = RemoveAsync(gone.Runner, uid);
            }
        }
        else if (!_pods.TryGetValue(uid, out var known))
        {
            BindAndStart(change.Key, uid);
        }
        else if (Pods.IsDeleting(change.Object) && (change.Before is null || !Pods.IsDeleting(change.Before)))
        {
            known.Context.Pod = change.Object;
            _endings[uid] = StopPodAsync(known.Runner, change.Key, uid);
        }
    }

    /// <summary>Binds a pod to this node and starts it.</summary>
    private void BindAndStart(ObjectKey key, string uid)
    {
        var now = DateTimeOffset.UtcNow;
        var address = _addresses.Next();
        JsonObject pod;
        try
        {
            pod = _registry.Update(key, p => Bind(p, uid), new WriteContext("kube-scheduler"));
            pod = _registry.Update(
                key,
                p =>
                {
                    Conditions.Set(p.Ensure("status"), "PodScheduled", true, null, null, _registry.Now);
                    return p;
                },
                new WriteContext("kubelet") { Subresource = "status" });
        }
        catch (ApiException)
        {
            // The pod was deleted or replaced by another pod with the same name. A replacement has its own change.
            return;
        }

        _scheduling.Normal(pod, "Scheduled", $"Successfully assigned {key.Namespace}/{key.Name} to {Name}");
        pod.Ensure("status")["podIP"] = address;
        pod.Ensure("status")["hostIP"] = "127.0.0.1";
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "pods", uid)).FullName;
        var status = new PodStatus(_registry, key, uid, address, now);
        PodRunner? runner = null;
        var context = new PodContext
        {
            Store = _registry.Store,
            Events = _events,
            History = _history,
            Options = _options,
            FindImage = _findImage,
            Key = key,
            Folder = folder,
            Address = address,
            Identity = _identity,
            Volumes = new PodVolumes(_registry.Store, folder, Path.Combine(_folder, "claims")),
            Pod = pod,
            Report = () => status.Write(runner!),
        };
        runner = new PodRunner(context, status);
        _pods[uid] = (runner, context);
        status.Write(runner);
        _ = Watched(runner.Start());
        if (Pods.IsDeleting(pod))
        {
            _endings[uid] = StopPodAsync(runner, key, uid);
        }
    }

    private static JsonObject Bind(JsonObject pod, string uid)
    {
        if (pod.Text("metadata", "uid") != uid)
        {
            throw ApiException.NotFound(Kinds.Pod, pod.Text("metadata", "name")!);
        }

        pod.Ensure("spec")["nodeName"] = Name;
        return pod;
    }

    /// <summary>Stops a pod that is being deleted, then removes it from the API.</summary>
    private async Task StopPodAsync(PodRunner runner, ObjectKey key, string uid)
    {
        await DelayAsync();
        if (_disposing.IsCancellationRequested)
        {
            // Disposing the cluster kills the pod.
            return;
        }

        await runner.StopAsync();
        try
        {
            _deletion.Delete(key, new DeleteOptions { GraceSeconds = 0, Uid = uid });
        }
        catch (ApiException)
        {
            // The pod was already removed.
        }
    }

    /// <summary>Stops a pod that was removed from the API, because it had ended or its deletion was forced.</summary>
    private async Task RemoveAsync(PodRunner runner, string uid)
    {
        await Task.Yield();
        if (!runner.IsOver)
        {
            await DelayAsync();
        }

        await Watched(runner.DisposeAsync().AsTask());
        _endings.TryRemove(uid, out _);
    }

    /// <summary>
    /// Waits for the kubelet's delay after a deletion. Does not wait if the cluster is being disposed.
    /// </summary>
    private async Task DelayAsync()
    {
        await Task.Yield();
        try
        {
            await Task.Delay(_options.DeletionDelay, _disposing.Token);
        }
        catch (OperationCanceledException)
        {
            // The cluster is being disposed.
        }
    }

    private async Task Watched(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception problem)
        {
            OnFault(problem);
        }
    }
}
