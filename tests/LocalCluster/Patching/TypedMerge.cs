using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;

namespace Migrator.LocalCluster.Patching;

/// <summary>Merges an applied configuration into a live object, for server-side apply.</summary>
internal static class TypedMerge
{
    public static JsonNode? Merge(JsonNode? live, JsonNode? applied, FieldType type)
    {
        if (!type.IsGranular || live is null || applied is null)
        {
            return applied?.DeepClone();
        }

        switch (live, applied)
        {
            case (JsonObject old, JsonObject over):
                var merged = (JsonObject)old.DeepClone();
                foreach (var (name, value) in over)
                {
                    merged[name] = Merge(old[name], value, Parts.TypeOf($"f:{name}", type));
                }

                return merged;
            case (JsonArray old, JsonArray over):
                // First the items in the order of the applied list, then the items that only other managers have.
                var names = over.Select(item => Parts.NameOf(item, type)).ToHashSet();
                var items = over
                    .Select(item => Merge(Parts.Find(old, Parts.NameOf(item, type), type), item, type.Element!))
                    .Concat(old.Where(item => !names.Contains(Parts.NameOf(item, type))).Select(i => i?.DeepClone()));
                return new JsonArray([.. items]);
            default:
                return applied.DeepClone();
        }
    }

    /// <summary>
    /// Removes fields that a manager applied before but not now, unless another manager has them too.
    /// </summary>
    /// <param name="value">The value, which is changed in place.</param>
    /// <param name="type">The value's type.</param>
    /// <param name="before">The fields that the manager applied before.</param>
    /// <param name="now">The fields that the manager applies now.</param>
    /// <param name="others">The fields of all other managers.</param>
    public static void Prune(JsonNode? value, FieldType type, FieldSet before, FieldSet? now, FieldSet? others)
    {
        foreach (var (name, was) in before.Children)
        {
            var isNow = now?.Find(name);
            var isOther = others?.Find(name);
            if (isNow is null && isOther is null)
            {
                Parts.Remove(value, name, type);
            }
            else if (Parts.Find(value, name, type) is { } child)
            {
                Prune(child, Parts.TypeOf(name, type), was, isNow, isOther);
            }
        }
    }
}
