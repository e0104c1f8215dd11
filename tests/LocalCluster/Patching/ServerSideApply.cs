using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Patching;

/// <summary>
/// Server-side apply: merges a manager's configuration into the live object, rejects conflicts with other managers'
/// fields, and removes fields that the manager applied before but not now.
/// </summary>
/// <remarks>https://kubernetes.io/docs/reference/using-api/server-side-apply/</remarks>
internal static class ServerSideApply
{
    /// <param name="live">The live object; null to create it.</param>
    /// <param name="config">The applied configuration.</param>
    /// <param name="kind">The kind of the object.</param>
    /// <param name="manager">The manager that applies the configuration.</param>
    /// <param name="force">Whether to overwrite other managers' fields and take their ownership.</param>
    /// <param name="time">The current time, for managedFields.</param>
    /// <exception cref="ApiException">409: another manager owns a field with a different value.</exception>
    public static JsonObject Apply(
        JsonObject? live, JsonObject config, ResourceKind kind, Manager manager, bool force, string time)
    {
        var objectType = TypeCatalog.Instance.Find(kind.Kind);
        var type = new FieldType(ValueKind.Object, "") { Object = objectType };
        var fields = ManagedFields.FieldsOf(config, objectType, manager.Subresource, kind.HasStatus);
        var managed = ManagedFields.Read(live ?? []);
        RejectConflicts(managed, fields, live, config, type, manager, force);

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

    private static void RejectConflicts(
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
            managed.RemoveFromOthers(manager, FieldChanges.Changed(fields, live, config, type));
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
