using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Migrator.LocalCluster.Storage;

/// <summary>
/// Keeps the objects and every change of them, as etcd does for a real API server: one version counter for all, each
/// change visible to all at once, watchers get each change after a version exactly once and in order. Thread-safe.
/// </summary>
internal sealed class ObjectStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, JsonObject> _objects = [];
    private readonly List<StoreChange> _log = [];
    private readonly List<Channel<StoreChange>> _watchers = [];

    /// <summary>Told of every change before anyone else, while nobody can write: it must be quick.</summary>
    public Action<StoreChange> OnChange { get; init; } = _ => { };

    /// <summary>A copy of the object, or null.</summary>
    public JsonObject? Get(ObjectKey key)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault(key)?.Copy();
        }
    }

    /// <summary>Copies of the objects of a kind, by namespace and name; of all namespaces when none is given.</summary>
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
    /// Lets <paramref name="change"/> decide, on a copy of the object and with nobody else writing, what the object
    /// becomes: the same (nothing happens), another, or null (it is deleted). Returns the object as it is then; for a
    /// deletion, its last state.
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

    /// <summary>All changes after a version, those that are still to come too, until the token ends it.</summary>
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
