using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Patching;

/// <summary>
/// Server-side apply: merges what a manager wants into what there is, refuses to overwrite what others own, and removes
/// what the manager wanted before and no longer does.
/// </summary>
/// <remarks>https://kubernetes.io/docs/reference/using-api/server-side-apply/</remarks>
internal static class ServerSideApply
{
    /// <param name="live">What there is; null to make the object.</param>
    /// <param name="config">What is applied.</param>
    /// <param name="kind">The kind of both.</param>
    /// <param name="manager">Who applies.</param>
    /// <param name="force">Overwrite what others own, and own it.</param>
    /// <param name="time">Now, for managedFields.</param>
    /// <exception cref="ApiException">409: others own a field with another value.</exception>
    public static JsonObject Apply(
        JsonObject? live, JsonObject config, ResourceKind kind, Manager manager, bool force, string time)
    {
        var objectType = TypeCatalog.Instance.Find(kind.Kind);
        var type = new FieldType(ValueKind.Object, "") { Object = objectType };
        var fields = ManagedFields.FieldsOf(config, objectType, manager.Subresource, kind.HasStatus);
        var managed = ManagedFields.Read(live ?? []);
        RefuseConflicts(managed, fields, live, config, type, manager, force);

        var merged = (JsonObject)TypedMerge.Merge(live ?? [], config, type)!;
        var before = managed.Of(manager).Copy();
        TypedMerge.Prune(merged, type, before, fields, managed.OfOthers(manager));
        if (IsSame(before, fields) && live is not null && Json.Same(WithoutManaged(merged), WithoutManaged(live)))
        {
            return live;
        }

        managed.Set(manager, fields, time);
        managed.Write(merged);
        return merged;
    }

    private static void RefuseConflicts(
        ManagedFields managed,
        FieldSet fields,
        JsonObject? live,
        JsonObject config,
        FieldType type,
        Manager manager,
        bool force)
    {
        var conflicts = managed.Entries
            .Where(e => e.Manager != manager)
            .SelectMany(e => FieldChanges.Conflicts(e.Fields, fields, live, config, type)
                .Select(place => (Manager: e.Manager.Print(), Place: place)))
            .ToArray();
        if (conflicts.Length == 0)
        {
            return;
        }

        if (force)
        {
            managed.TakeFromOthers(manager, FieldChanges.Changed(fields, live, config, type));
            return;
        }

        var causes = conflicts.Select(c => new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {c.Manager}",
            ["field"] = c.Place,
        });
        throw ApiException.ApplyConflict(Describe(conflicts), causes);
    }

    private static string Describe((string Manager, string Place)[] conflicts)
    {
        if (conflicts is [var only])
        {
            return $"Apply failed with 1 conflict: conflict with {only.Manager}: {only.Place}";
        }

        var perManager = conflicts
            .GroupBy(c => c.Manager)
            .Select(g => $"conflicts with {g.Key}:\n{string.Join('\n', g.Select(c => $"- {c.Place}"))}");
        return $"Apply failed with {conflicts.Length} conflicts: {string.Join('\n', perManager)}";
    }

    private static bool IsSame(FieldSet left, FieldSet right) => Json.Same(left.ToFieldsV1(), right.ToFieldsV1());

    private static JsonObject WithoutManaged(JsonObject value)
    {
        var copy = value.Copy();
        copy.Object("metadata")?.Remove("managedFields");
        return copy;
    }
}
