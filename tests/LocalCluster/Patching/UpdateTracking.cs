using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Patching;

/// <summary>Keeps metadata.managedFields true through writes that are no apply.</summary>
internal static class UpdateTracking
{
    /// <summary>Notes in <paramref name="after"/> that the manager made it out of <paramref name="before"/>.</summary>
    public static void Track(JsonObject? before, JsonObject after, ResourceKind kind, Manager manager, string time)
    {
        var objectType = TypeCatalog.Instance.Find(kind.Kind);
        var type = new FieldType(ValueKind.Object, "") { Object = objectType };
        var managed = ManagedFields.Read(
            after.Object("metadata")?.ContainsKey("managedFields") == true ? after : before ?? []);
        var old = ManagedFields.FieldsOf(before ?? [], objectType, manager.Subresource, kind.HasStatus);
        var now = ManagedFields.FieldsOf(after, objectType, manager.Subresource, kind.HasStatus);
        var changed = FieldChanges.Changed(now, before, after, type);
        var gone = old;
        gone.Remove(now);
        managed.TakeFromOthers(manager, gone);
        managed.TakeFromOthers(manager, changed);
        var mine = managed.Of(manager).Copy();
        mine.Remove(gone);
        mine.Add(changed);
        if (!changed.IsEmpty || !gone.IsEmpty)
        {
            managed.Set(manager, mine, time);
        }

        managed.Write(after);
    }
}
