using System.Globalization;
using k8s;
using k8s.Models;

namespace Migrator.EndToEnd.Observation;

/// <summary>
/// Records every change of the pods, Jobs and Deployments of a namespace. Thread-safe.
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

    /// <summary>All changes so far, in order of their resource versions.</summary>
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

    /// <summary>Returns the current objects of a kind, from the changes received so far.</summary>
    /// <typeparam name="T">Pod, Job or Deployment.</typeparam>
    public IReadOnlyList<T> Current<T>()
        where T : IKubernetesObject<V1ObjectMeta>
    {
        lock (_lock)
        {
            return [.. _current.Values.OfType<T>()];
        }
    }

    /// <summary>Starts to watch. Existing objects are not recorded, only changes.</summary>
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

    /// <summary>Waits for a matching change, including earlier changes. Has no time limit.</summary>
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

            // Throws if a watch has failed, because no further change would arrive.
            await (await Task.WhenAny(added, _watching).WaitAsync(cancellationToken));
        }
    }

    /// <summary>Stops watching.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _watching;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Expected: disposing cancels the watches.
        }

        _stop.Dispose();
    }

    /// <summary>
    /// Watches one kind. The API server can end a watch at any time; the next watch continues at the last version.
    /// </summary>
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
