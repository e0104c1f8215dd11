using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Patching;

/// <summary>Updates metadata.managedFields after writes other than server-side apply.</summary>
internal static class UpdateTracking
{
    /// <summary>
    /// Records in <paramref name="after"/> that the manager owns the fields that differ from <paramref name="before"/>.
    /// </summary>
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
        managed.RemoveFromOthers(manager, gone);
        managed.RemoveFromOthers(manager, changed);
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
