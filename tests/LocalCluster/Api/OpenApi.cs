using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Api;

/// <summary>
/// Creates the OpenAPI v3 document of a group. It contains the types with their merge keys, and the parts of the
/// operations that clients read: whether the server can validate a kind, and which patch types it supports.
/// </summary>
internal static class OpenApi
{
    private static readonly string[] s_patchTypes =
    [
        "application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json",
        "application/strategic-merge-patch+json",
    ];

    public static JsonObject Of(string path, IReadOnlyList<ResourceKind> kinds)
    {
        var schemas = new JsonObject();
        var paths = new JsonObject();
        foreach (var kind in kinds)
        {
            AddType(schemas, TypeCatalog.Instance.Find(kind.Kind), kind);
            var root = kind.IsNamespaced ? $"/{path}/namespaces/{{namespace}}/{kind.Plural}" : $"/{path}/{kind.Plural}";
            paths[root] = new JsonObject
            {
                ["get"] = Operation(kind, "list"),
                ["post"] = Operation(kind, "post", "application/json"),
            };
            paths[$"{root}/{{name}}"] = new JsonObject
            {
                ["get"] = Operation(kind, "get"),
                ["put"] = Operation(kind, "put", "application/json"),
                ["patch"] = Operation(kind, "patch", s_patchTypes),
                ["delete"] = Operation(kind, "delete"),
            };
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = ClusterVersion.Text },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static JsonObject Operation(ResourceKind kind, string action, params string[] bodies)
    {
        var reference = new JsonObject { ["$ref"] = Reference(TypeCatalog.Instance.Find(kind.Kind)) };
        var operation = new JsonObject
        {
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = GroupVersionKind(kind),
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = "OK", ["content"] = Content(["application/json"], reference) },
            },
        };
        if (bodies.Length > 0)
        {
            operation["parameters"] = Json.Array(
                ((string[])["dryRun", "fieldManager", "fieldValidation"]).Select(name => new JsonObject
                {
                    ["name"] = name,
                    ["in"] = "query",
                    ["schema"] = new JsonObject { ["type"] = "string" },
                }));
            operation["requestBody"] = new JsonObject { ["content"] = Content(bodies, reference), ["required"] = true };
        }

        return operation;
    }

    private static JsonObject Content(string[] types, JsonObject schema)
    {
        var content = new JsonObject();
        foreach (var type in types)
        {
            content[type] = new JsonObject { ["schema"] = schema.DeepClone() };
        }

        return content;
    }

    private static JsonObject GroupVersionKind(ResourceKind kind) =>
        new() { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind };

    private static string Reference(ObjectType type) => $"#/components/schemas/{type.QualifiedName}";

    private static void AddType(JsonObject schemas, ObjectType type, ResourceKind? kind = null)
    {
        if (schemas.ContainsKey(type.QualifiedName))
        {
            return;
        }

        var properties = new JsonObject();
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        schemas[type.QualifiedName] = schema;
        if (type.IsAtomic)
        {
            schema["x-kubernetes-map-type"] = "atomic";
        }

        if (kind is not null)
        {
            schema["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind(kind));
        }

        if (type.Fields.Where(f => f.IsRequired).Select(f => (JsonNode?)f.Name).ToArray() is { Length: > 0 } required)
        {
            schema["required"] = Json.Array(required);
        }

        foreach (var field in type.Fields)
        {
            properties[field.Name] = PropertyOf(field, schemas);
        }
    }

    private static JsonObject PropertyOf(Field field, JsonObject schemas)
    {
        var property = SchemaOf(field.Type, schemas);
        if (field.Default is not null)
        {
            property["default"] = field.Default.DeepClone();
        }

        var isMerged = field.Type.Keys.Count > 0 || field.Type.IsSet;
        var strategy = (isMerged, field.RetainsKeys) switch
        {
            (true, true) => "merge,retainKeys",
            (true, false) => "merge",
            (false, true) => "retainKeys",
            _ => null,
        };
        if (strategy is not null)
        {
            property["x-kubernetes-patch-strategy"] = strategy;
        }

        if (field.Type.Keys.Count > 0)
        {
            property["x-kubernetes-patch-merge-key"] = field.Type.Keys[0];
        }

        return property;
    }

    private static JsonObject SchemaOf(FieldType type, JsonObject schemas)
    {
        switch (type.Kind)
        {
            case ValueKind.Object:
                AddType(schemas, type.Object!);
                var reference = new JsonObject { ["$ref"] = Reference(type.Object!) };
                // A $ref object cannot have other properties.
                return new JsonObject { ["allOf"] = new JsonArray(reference) };
            case ValueKind.List:
                var list = new JsonObject { ["type"] = "array", ["items"] = SchemaOf(type.Element!, schemas) };
                list["x-kubernetes-list-type"] = type.IsAtomic || (type.Keys.Count == 0 && !type.IsSet)
                    ? "atomic"
                    : type.IsSet ? "set" : "map";
                if (type.Keys.Count > 0 && !type.IsAtomic)
                {
                    list["x-kubernetes-list-map-keys"] = Json.Array(type.Keys.Select(k => (JsonNode?)k));
                }

                return list;
            case ValueKind.Map:
                return new JsonObject { ["type"] = "object", ["additionalProperties"] = SchemaOf(type.Element!, schemas) };
            case ValueKind.Text:
                return new JsonObject { ["type"] = "string" };
            case ValueKind.Time:
                return new JsonObject { ["type"] = "string", ["format"] = "date-time" };
            case ValueKind.Bytes:
                return new JsonObject { ["type"] = "string", ["format"] = "byte" };
            case ValueKind.Whole:
                return new JsonObject { ["type"] = "integer", ["format"] = type.Scalar };
            case ValueKind.Flag:
                return new JsonObject { ["type"] = "boolean" };
            case ValueKind.WholeOrText:
                return new JsonObject { ["type"] = "string", ["format"] = "int-or-string" };
            case ValueKind.Quantity:
                return new JsonObject { ["type"] = "string" };
            default:
                return new JsonObject { ["type"] = "object" };
        }
    }
}
