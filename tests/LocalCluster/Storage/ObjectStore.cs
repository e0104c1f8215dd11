using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Migrator.LocalCluster.Storage;

/// <summary>
/// Stores the objects and all their changes, like etcd in a real cluster. All objects share one version counter. A
/// change is visible to all readers at the same time. Watchers receive each change exactly once and in order.
/// Thread-safe.
/// </summary>
internal sealed class ObjectStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, JsonObject> _objects = [];
    private readonly List<StoreChange> _log = [];
    private readonly List<Channel<StoreChange>> _watchers = [];

    /// <summary>
    /// Called for every change before it is visible to watchers. Writes are blocked during the call, so it must be
    /// fast.
    /// </summary>
    public Action<StoreChange> OnChange { get; init; } = _ => { };

    /// <summary>Returns a copy of an object, or null if it does not exist.</summary>
    public JsonObject? Get(ObjectKey key)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault(key)?.Copy();
        }
    }

    /// <summary>
    /// Returns copies of the objects of a kind, sorted by namespace and name. Null selects all namespaces.
    /// </summary>
    public (IReadOnlyList<JsonObject> Objects, long Version) List(ResourceKind kind, string? inNamespace = null)
    {
        lock (_lock)
        {
            JsonObject[] found =
            [
                .. _objects
                    .Where(o => o.Key.Kind == kind && (string.IsNullOrEmpty(inNamespace) || o.Key.Namespace == inNamespace))
                    .OrderBy(o => o.Key.Namespace, StringComparer.Ordinal)
                    .ThenBy(o => o.Key.Name, StringComparer.Ordinal)
                    .Select(o => o.Value.Copy()),
            ];
            return (found, _log.Count);
        }
    }

    /// <summary>
    /// Changes an object atomically. <paramref name="change"/> receives a copy of the object, and returns the new
    /// state, the same state for no change, or null to delete the object. Returns the new state; for a deletion, the
    /// last state.
    /// </summary>
    public JsonObject? Write(ObjectKey key, Func<JsonObject?, JsonObject?> change)
    {
        lock (_lock)
        {
            var before = _objects.GetValueOrDefault(key);
            var after = change(before?.Copy());
            if (Json.Same(before, after))
            {
                return after;
            }

            var version = _log.Count + 1L;
            var stored = after?.Copy() ?? before!.Copy();
            stored.Ensure("metadata")["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
            ChangeType type;
            if (after is null)
            {
                type = ChangeType.Deleted;
                _objects.Remove(key);
            }
            else
            {
                type = before is null ? ChangeType.Added : ChangeType.Modified;
                _objects[key] = stored;
            }

            var entry = new StoreChange(type, key, stored, before);
            _log.Add(entry);
            OnChange(entry);
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(entry);
            }

            return stored.Copy();
        }
    }

    /// <summary>Returns all changes after a version, including future changes, until cancelled.</summary>
    public IAsyncEnumerable<StoreChange> WatchAsync(long afterVersion, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<StoreChange>(new UnboundedChannelOptions { SingleReader = true });
        lock (_lock)
        {
            for (var index = (int)Math.Min(afterVersion, _log.Count); index < _log.Count; index++)
            {
                channel.Writer.TryWrite(_log[index]);
            }

            _watchers.Add(channel);
        }

        return ReadAsync(channel, cancellationToken);
    }

    private async IAsyncEnumerable<StoreChange> ReadAsync(
        Channel<StoreChange> channel,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return change;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(channel);
            }
        }
    }
}
