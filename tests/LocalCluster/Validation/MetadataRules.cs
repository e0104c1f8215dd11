using System.Text;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>Validates metadata, which has the same rules for all kinds.</summary>
internal static class MetadataRules
{
    // apimachinery, TotalAnnotationSizeLimitB.
    private const int AnnotationsLimit = 256 * 1024;

    public static IEnumerable<FieldError> Check(JsonObject value, ResourceKind kind)
    {
        var name = value.Text("metadata", "name") ?? "";
        if (name.Length == 0)
        {
            yield return FieldError.Required("metadata.name", "name or generateName is required");
        }
        else if (NameError(name, kind) is { } wrong)
        {
            yield return FieldError.Invalid("metadata.name", name, wrong);
        }

        foreach (var error in Labels(value["metadata"], "metadata"))
        {
            yield return error;
        }

        foreach (var error in Annotations(value["metadata"], "metadata"))
        {
            yield return error;
        }
    }

    public static IEnumerable<FieldError> Labels(JsonNode? metadata, string path) =>
        MapOfLabels(metadata.At("labels"), $"{path}.labels");

    public static IEnumerable<FieldError> MapOfLabels(JsonNode? labels, string path)
    {
        foreach (var (key, value) in labels.Map())
        {
            if (Names.QualifiedName(key) is { } wrongKey)
            {
                yield return FieldError.Invalid(path, key, wrongKey);
            }

            if (Names.LabelValue(value) is { } wrongValue)
            {
                yield return FieldError.Invalid(path, value, wrongValue);
            }
        }
    }

    private static IEnumerable<FieldError> Annotations(JsonNode? metadata, string path)
    {
        var size = 0;
        foreach (var (key, value) in metadata.Map("annotations"))
        {
            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
            if (Names.QualifiedName(key.ToLowerInvariant()) is { } wrong)
            {
                yield return FieldError.Invalid($"{path}.annotations", key, wrong);
            }
        }

        if (size > AnnotationsLimit)
        {
            yield return FieldError.TooLong($"{path}.annotations", AnnotationsLimit);
        }
    }

    private static string? NameError(string name, ResourceKind kind)
    {
        return kind.Kind switch
        {
            "Service" => Names.ServiceName(name),
            "Namespace" => Names.Label(name),
            _ => Names.Subdomain(name),
        };
    }
}
