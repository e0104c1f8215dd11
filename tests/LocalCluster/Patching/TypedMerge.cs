using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;

namespace Migrator.LocalCluster.Patching;

/// <summary>The merging of a server-side apply: what is applied over what there is.</summary>
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
                // The order of what is applied, then the items that only others have.
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
    /// Removes what a manager applied before and no longer does, unless somebody else has it too.
    /// </summary>
    /// <param name="value">What is changed in place.</param>
    /// <param name="type">Its type.</param>
    /// <param name="before">What the manager applied before.</param>
    /// <param name="now">What it applies now.</param>
    /// <param name="others">What all other managers have.</param>
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
