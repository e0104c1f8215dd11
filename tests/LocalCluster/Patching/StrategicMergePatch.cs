using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Patching;

/// <summary>
/// Applies strategic merge patches, which merge lists by key and support the directives
/// <c>$patch</c>, <c>$retainKeys</c>, <c>$setElementOrder/</c> and <c>$deleteFromPrimitiveList/</c>.
/// </summary>
/// <remarks>
/// https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
/// </remarks>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string Order = "$setElementOrder/";
    private const string DeleteFromList = "$deleteFromPrimitiveList/";

    /// <exception cref="ApiException">400: the patch is invalid.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch, ObjectType type) =>
        Merge(target, patch, new FieldType(ValueKind.Object, "") { Object = type });

    private static JsonObject Merge(JsonObject? target, JsonObject patch, FieldType type)
    {
        if (patch.Text(Directive) is "replace")
        {
            return WithoutDirectives(patch);
        }

        if (patch.Text(Directive) is "delete")
        {
            return [];
        }

        var result = target?.Copy() ?? [];
        if (patch[RetainKeys] is JsonArray retained)
        {
            foreach (var name in result.Select(e => e.Key).Except(retained.Select(r => r.Text() ?? "")).ToArray())
            {
                result.Remove(name);
            }
        }

        foreach (var (name, value) in patch)
        {
            if (name.StartsWith(DeleteFromList, StringComparison.Ordinal))
            {
                (result[name[DeleteFromList.Length..]] as JsonArray)?.RemoveAll(
                    item => value is JsonArray gone && gone.Any(g => Json.Same(g, item)));
            }
            else if (name[0] != '$')
            {
                MergeField(result, name, value, Parts.TypeOf($"f:{name}", type));
            }
        }

        foreach (var (name, order) in patch.Where(e => e.Key.StartsWith(Order, StringComparison.Ordinal)))
        {
            var field = name[Order.Length..];
            if (result[field] is JsonArray list)
            {
                result[field] = Sort(list, (JsonArray)order!, Parts.TypeOf($"f:{field}", type));
            }
        }

        return result;
    }

    private static void MergeField(JsonObject result, string name, JsonNode? value, FieldType type)
    {
        switch (value)
        {
            case null:
                result.Remove(name);
                break;
            case JsonObject map when type.Kind is ValueKind.Object or ValueKind.Map or ValueKind.Any:
                result[name] = Merge(result[name] as JsonObject, map, type);
                break;
            case JsonArray list when type.Kind == ValueKind.List && (type.Keys.Count > 0 || type.IsSet):
                result[name] = MergeList(result[name] as JsonArray ?? [], list, type);
                break;
            default:
                result[name] = value.DeepClone();
                break;
        }
    }

    private static JsonArray MergeList(JsonArray target, JsonArray patch, FieldType type)
    {
        if (patch.Any(item => item.Text(Directive) == "replace"))
        {
            return Json.Array(patch.Where(item => item.At(Directive) is null).Select(item => item?.DeepClone()));
        }

        var result = (JsonArray)target.DeepClone();
        foreach (var item in patch)
        {
            if (type.Keys.Count == 0)
            {
                if (!result.Any(present => Json.Same(present, item)))
                {
                    result.Add(item?.DeepClone());
                }

                continue;
            }

            var change = item as JsonObject ?? throw ApiException.BadRequest("an item of a list that is merged by key must be an object");
            var key = type.Keys[0];
            if (change[key] is not { } keyValue)
            {
                throw ApiException.BadRequest($"map: {change.Print()} does not contain declared merge key: {key}");
            }

            var index = result.ToList().FindIndex(present => Json.Same(present.At(key), keyValue));
            if (change.Text(Directive) == "delete")
            {
                result.RemoveAll(present => Json.Same(present.At(key), keyValue));
            }
            else if (index >= 0)
            {
                result[index] = Merge((JsonObject)result[index]!, change, type.Element!);
            }
            else
            {
                result.Add(Merge(null, change, type.Element!));
            }
        }

        return result;
    }

    // Items in the patch's order list are sorted accordingly. Other items stay after the item that they followed.
    private static JsonArray Sort(JsonArray list, JsonArray order, FieldType type)
    {
        var places = order.Select(o => KeyOf(o, type)).ToList();
        var sorted = list.Where(item => places.Contains(KeyOf(item, type)))
            .OrderBy(item => places.IndexOf(KeyOf(item, type)))
            .ToList();
        for (var index = 0; index < list.Count; index++)
        {
            if (!places.Contains(KeyOf(list[index], type)))
            {
                var before = index == 0 ? -1 : sorted.IndexOf(list[index - 1]);
                sorted.Insert(before + 1, list[index]);
            }
        }

        return Json.Array(sorted.Select(item => item?.DeepClone()));
    }

    private static string KeyOf(JsonNode? item, FieldType type) =>
        (type.Keys.Count > 0 ? item.At(type.Keys[0]) : item)?.ToJsonString() ?? "null";

    private static JsonObject WithoutDirectives(JsonObject patch)
    {
        var copy = patch.Copy();
        copy.Remove(Directive);
        return copy;
    }
}
