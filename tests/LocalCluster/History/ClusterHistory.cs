using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.History;

/// <summary>All events of a cluster, in order. Thread-safe.</summary>
public sealed class ClusterHistory
{
    private readonly Lock _lock = new();
    private readonly List<HistoryEvent> _events = [];
    private readonly TimeProvider _time;
    private TaskCompletionSource _added = NewSignal();

    internal ClusterHistory(TimeProvider time) => _time = time;

    /// <summary>All events so far.</summary>
    public IReadOnlyList<HistoryEvent> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>
    /// Waits for a matching event, including earlier events. Has no time limit.
    /// </summary>
    /// <param name="matches">Returns whether an event matches.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<HistoryEvent> WaitForAsync(
        Func<HistoryEvent, bool> matches, CancellationToken cancellationToken = default)
    {
        var next = 0;
        while (true)
        {
            Task added;
            HistoryEvent[] fresh;
            lock (_lock)
            {
                fresh = [.. _events[next..]];
                added = _added.Task;
            }

            if (Array.Find(fresh, e => matches(e)) is { } found)
            {
                return found;
            }

            next += fresh.Length;
            await added.WaitAsync(cancellationToken);
        }
    }

    internal void Add(StoreChange change)
    {
        var type = change.Type switch
        {
            ChangeType.Added => HistoryEventType.Added,
            ChangeType.Deleted => HistoryEventType.Deleted,
            _ => HistoryEventType.Modified,
        };
        Add(type, change.Key, change.Object, null, null);
        var isReady = Pods.IsReady(change.Object) && change.Type != ChangeType.Deleted;
        if (change.Key.Kind == Kinds.Pod && isReady != (change.Before is not null && Pods.IsReady(change.Before)))
        {
            type = isReady ? HistoryEventType.PodReady : HistoryEventType.PodNotReady;
            Add(type, change.Key, change.Object, null, null);
        }
    }

    internal void Add(
        HistoryEventType type, ObjectKey key, JsonObject value, string? container, int? exitCode)
    {
        TaskCompletionSource added;
        lock (_lock)
        {
            _events.Add(new HistoryEvent(
                _events.Count + 1, _time.GetUtcNow(), type, key.Kind.Kind, key.Namespace, key.Name, value)
            {
                Container = container,
                ExitCode = exitCode,
            });
            added = _added;
            _added = NewSignal();
        }

        added.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
