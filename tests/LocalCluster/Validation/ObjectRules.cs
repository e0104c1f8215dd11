using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Validation;

/// <summary>Validates objects.</summary>
internal static class ObjectRules
{
    public static IEnumerable<FieldError> ForNew(JsonObject value, ResourceKind kind, ObjectType type) =>
        MetadataRules.Check(value, kind).Concat(RequiredFields.Check(value, type)).Concat(ForKind(value, kind));

    public static IEnumerable<FieldError> ForChanged(
        JsonObject before, JsonObject after, ResourceKind kind, ObjectType type) =>
        ForNew(after, kind, type).Concat(ImmutableFields.Check(before, after, kind));

    private static IEnumerable<FieldError> ForKind(JsonObject value, ResourceKind kind) => kind.Kind switch
    {
        "Pod" => PodRules.Check(value["spec"], "spec"),
        "Deployment" or "ReplicaSet" or "StatefulSet" => WorkloadRules.Check(value),
        "Job" => JobRules.Check(value),
        "Service" => ServiceRules.Check(value),
        "ConfigMap" or "Secret" => DataRules.Check(value),
        _ => [],
    };
}
