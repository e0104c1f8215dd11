using System.Globalization;
using k8s;
using k8s.Models;

namespace Migrator.EndToEnd.Observation;

/// <summary>
/// Watches the pods, Jobs and Deployments of a namespace from its beginning and keeps every change. Thread-safe.
/// </summary>
public sealed class ClusterRecord : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<RecordedChange> _changes = [];
    private readonly Dictionary<string, IKubernetesObject<V1ObjectMeta>> _current = [];
    private TaskCompletionSource _added = NewSignal();
    private Task _watching = Task.CompletedTask;

    private ClusterRecord()
    {
    }

    /// <summary>All changes so far, in the order in which they happened.</summary>
    public IReadOnlyList<RecordedChange> Changes
    {
        get
        {
            lock (_lock)
            {
                return [.. _changes.OrderBy(c => c.Version)];
            }
        }
    }

    /// <summary>The objects of a kind that are there now, as far as we have heard.</summary>
    /// <typeparam name="T">Pod, Job or Deployment.</typeparam>
    public IReadOnlyList<T> Current<T>()
        where T : IKubernetesObject<V1ObjectMeta>
    {
        lock (_lock)
        {
            return [.. _current.Values.OfType<T>()];
        }
    }

    /// <summary>Begins to watch; what is there is not recorded, only what changes.</summary>
    internal static async Task<ClusterRecord> StartAsync(
        IKubernetes api, string inNamespace, CancellationToken cancellationToken)
    {
        var record = new ClusterRecord();
        var stop = record._stop.Token;
        var pods = await api.CoreV1.ListNamespacedPodAsync(inNamespace, cancellationToken: cancellationToken);
        var from = pods.Metadata.ResourceVersion;
        record._watching = Task.WhenAll(
            record.FollowAsync(from, v => api.CoreV1.WatchListNamespacedPodAsync(
                inNamespace, resourceVersion: v, cancellationToken: stop)),
            record.FollowAsync(from, v => api.BatchV1.WatchListNamespacedJobAsync(
                inNamespace, resourceVersion: v, cancellationToken: stop)),
            record.FollowAsync(from, v => api.AppsV1.WatchListNamespacedDeploymentAsync(
                inNamespace, resourceVersion: v, cancellationToken: stop)));
        return record;
    }

    /// <summary>Waits for a change, one that has happened already included, without limit other than the token.</summary>
    public async Task<RecordedChange> WaitForAsync(
        Func<RecordedChange, bool> matches, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task added;
            RecordedChange? found;
            lock (_lock)
            {
                found = _changes.Find(c => matches(c));
                added = _added.Task;
            }

            if (found is not null)
            {
                return found;
            }

            // A watch that failed would be waited for in vain.
            await (await Task.WhenAny(added, _watching).WaitAsync(cancellationToken));
        }
    }

    /// <summary>Ends the watching.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _watching;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked for.
        }

        _stop.Dispose();
    }

    /// <summary>An API server ends a watch when it likes: the next one begins where that ended.</summary>
    private async Task FollowAsync<T>(string version, Func<string, IAsyncEnumerable<(WatchEventType, T)>> watch)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        while (!_stop.IsCancellationRequested)
        {
            await foreach (var (type, value) in watch(version))
            {
                version = value.Metadata.ResourceVersion;
                if (type is WatchEventType.Added or WatchEventType.Modified or WatchEventType.Deleted)
                {
                    Add(new RecordedChange(
                        long.Parse(version, CultureInfo.InvariantCulture), DateTimeOffset.UtcNow, type, value));
                }
            }
        }
    }

    private void Add(RecordedChange change)
    {
        TaskCompletionSource added;
        lock (_lock)
        {
            _changes.Add(change);
            if (change.Type == WatchEventType.Deleted)
            {
                _current.Remove(change.Value.Metadata.Uid);
            }
            else
            {
                _current[change.Value.Metadata.Uid] = change.Value;
            }

            added = _added;
            _added = NewSignal();
        }

        added.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
