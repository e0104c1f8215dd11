using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Controllers;

/// <summary>
/// Deletes the dependents of deleted owners. Completes Foreground deletions after their dependents are deleted, and
/// Orphan deletions after the owner references are removed.
/// </summary>
/// <remarks>https://kubernetes.io/docs/concepts/architecture/garbage-collection/#owners-dependents</remarks>
internal sealed class GarbageCollector(Registry registry, Deletion deletion, ClusterOptions options) : Controller(registry)
{
    private readonly Dictionary<string, DateTimeOffset> _orphans = [];

    protected override IEnumerable<ObjectKey> Affected(StoreChange change)
    {
        if (change.Key.Kind == Kinds.Event)
        {
            return [];
        }

        var owners = change.Object.Items("metadata", "ownerReferences")
            .Select(o => OwnerKey(change.Key, o))
            .OfType<ObjectKey>();
        var dependents = change.Type == ChangeType.Deleted || Pods.IsDeleting(change.Object)
            ? Dependents(change.Object).Select(d => d.Key)
            : [];
        return [change.Key, .. owners, .. dependents];
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Store.Get(key) is not { } value)
        {
            return null;
        }

        if (Pods.IsDeleting(value))
        {
            Finish(key, value);
        }
        else if (value.At("metadata", "ownerReferences") is JsonArray { Count: > 0 } && IsOrphan(key, value))
        {
            return DeleteOrphan(key, value.Text("metadata", "uid")!);
        }

        return null;
    }

    private TimeSpan? DeleteOrphan(ObjectKey key, string uid)
    {
        var now = DateTimeOffset.UtcNow;
        _orphans.TryAdd(uid, now);
        var left = _orphans[uid] + options.DeletionDelay - now;
        if (key.Kind == Kinds.Pod && left > TimeSpan.Zero)
        {
            return left;
        }

        _orphans.Remove(uid);
        deletion.Delete(key, new DeleteOptions { Uid = uid });
        return null;
    }

    private bool IsOrphan(ObjectKey key, JsonObject value) => value.Items("metadata", "ownerReferences").All(reference =>
        OwnerKey(key, reference) is not { } ownerKey
        || Store.Find(ownerKey.Kind, reference, ownerKey.Namespace) is null);

    private void Finish(ObjectKey key, JsonObject value)
    {
        var finalizers = value.Texts("metadata", "finalizers").ToArray();
        if (finalizers.Contains(Deletion.Orphan))
        {
            foreach (var (dependentKey, _) in Dependents(value))
            {
                Registry.Update(dependentKey, dependent => Disown(dependent, value), Owned.Context);
            }

            RemoveFinalizer(key, Deletion.Orphan);
        }
        else if (finalizers.Contains(Deletion.Foreground))
        {
            var dependents = Dependents(value).ToArray();
            foreach (var (dependentKey, dependent) in dependents.Where(d => !Pods.IsDeleting(d.Value)))
            {
                deletion.Delete(
                    dependentKey, new DeleteOptions("Foreground") { Uid = dependent.Text("metadata", "uid") });
            }

            if (!Dependents(value).Any(d => Blocks(d.Value, value)))
            {
                RemoveFinalizer(key, Deletion.Foreground);
            }
        }
    }

    private void RemoveFinalizer(ObjectKey key, string name) => Registry.Update(
        key,
        value =>
        {
            (value.Object("metadata")!["finalizers"] as JsonArray)?.RemoveAll(f => f.Text() == name);
            return value;
        },
        Owned.Context);

    private static JsonObject Disown(JsonObject dependent, JsonObject owner)
    {
        (dependent.Object("metadata")!["ownerReferences"] as JsonArray)?.RemoveAll(
            r => r.Text("uid") == owner.Text("metadata", "uid"));
        return dependent;
    }

    private static bool Blocks(JsonObject dependent, JsonObject owner) =>
        dependent.Items("metadata", "ownerReferences").Any(r =>
            r.Text("uid") == owner.Text("metadata", "uid") && r.Flag("blockOwnerDeletion") == true);

    private IEnumerable<(ObjectKey Key, JsonObject Value)> Dependents(JsonObject owner)
    {
        var uid = owner.Text("metadata", "uid");
        return Kinds.All
            .Where(k => k != Kinds.Event)
            .SelectMany(kind => Store.List(kind, owner.Text("metadata", "namespace")).Objects
                .Where(o => o.Items("metadata", "ownerReferences").Any(r => r.Text("uid") == uid))
                .Select(o => (ObjectKey.Of(kind, o), o)));
    }

    private static ObjectKey? OwnerKey(ObjectKey dependent, JsonObject reference) =>
        Kinds.FindKind(reference.Text("apiVersion") ?? "", reference.Text("kind") ?? "") is { } kind
            ? new ObjectKey(kind, kind.IsNamespaced ? dependent.Namespace : "", reference.Text("name") ?? "")
            : null;
}
