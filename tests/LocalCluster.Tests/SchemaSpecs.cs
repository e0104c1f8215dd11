using System.Reflection;
using System.Text.Json.Serialization;
using k8s.Models;
using Migrator.LocalCluster.Schema;
using Xunit;

namespace Migrator.LocalCluster.Tests;

/// <summary>
/// Compares the cluster's types (<c>Schema/Types/*.types</c>) with the models of KubernetesClient, which are generated
/// from the OpenAPI document of Kubernetes.
/// </summary>
public sealed class SchemaSpecs
{
    private static readonly Dictionary<string, Type> s_models = typeof(V1Pod).Assembly.GetExportedTypes()
        .Where(type => type.Namespace == typeof(V1Pod).Namespace)
        .ToDictionary(type => type.Name);

    /// <summary>
    /// The models are newer than Kubernetes 1.36, which the local cluster imitates. Kubernetes 1.35 has none of these
    /// fields, so in 1.36 they are at most behind a disabled feature gate. The local cluster rejects a manifest with
    /// such a field.
    /// </summary>
    private static readonly string[] s_newer =
    [
        "ConfigMapVolumeSource.defaultUser: missing, int64",
        "DownwardAPIVolumeFile.user: missing, int64",
        "DownwardAPIVolumeSource.defaultUser: missing, int64",
        "EmptyDirVolumeSource.mode: missing, int32",
        "GRPCAction.mode: missing, string",
        "HTTPGetAction.protocol: missing, string",
        "JobSpec.scheduling: missing, V1JobSchedulingConfiguration",
        "KeyToPath.user: missing, int64",
        "PersistentVolumeClaimStatus.healthStatus: missing, V1VolumeHealthStatus",
        "PodSpec.evictionResponders: missing, [V1EvictionResponder]",
        "PodSpec.schedulingGroup: missing, V1PodSchedulingGroup",
        "PodStatus.nodeAllocatableResourceClaimStatuses: missing, [V1NodeAllocatableResourceClaimStatus]",
        "PodStatus.volumeHealth: missing, [V1PodVolumeHealth]",
        "ProjectedVolumeSource.defaultUser: missing, int64",
        "SecretVolumeSource.defaultUser: missing, int64",
        "ServiceAccountTokenProjection.user: missing, int64",
        "VolumeMount.bindMountOptions: missing, [string]",
    ];

    [Fact]
    public void Fields_have_the_same_names_and_types_as_in_Kubernetes()
    {
        var differences = TypeCatalog.Instance.Types.SelectMany(DifferencesOf);

        Assert.Equal(s_newer, differences.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> DifferencesOf(ObjectType type)
    {
        if (ModelOf(type) is not { } model)
        {
            return [$"{type.QualifiedName}: no such type"];
        }

        var theirs = model.GetProperties()
            .Select(property => (property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name, property.PropertyType))
            .Where(property => property.Name is not null)
            .ToDictionary(property => property.Name!, property => property.PropertyType);
        var missing = theirs.Where(their => type.Find(their.Key) is null)
            .Select(their => $"{type.Name}.{their.Key}: missing, {TextOf(their.Value, null)}");
        return type.Fields
            .Where(field => !theirs.TryGetValue(field.Name, out var their) || TextOf(their, field.Type) != TextOf(field.Type))
            .Select(field => theirs.TryGetValue(field.Name, out var their)
                ? $"{type.Name}.{field.Name}: {TextOf(field.Type)}, not {TextOf(their, field.Type)}"
                : $"{type.Name}.{field.Name}: no such field")
            .Concat(missing);
    }

    /// <summary>
    /// Returns the model of a type, such as <c>V1Pod</c>. If two groups have the same name, the model's name contains
    /// the group: <c>Corev1Event</c>.
    /// </summary>
    private static Type? ModelOf(ObjectType type)
    {
        var (group, version) = type.QualifiedName.Split('.') is [.., var g, var v, _] ? (g, v) : ("", "");
        return s_models.GetValueOrDefault($"{Capitalized(group)}{version}{type.Name}")
            ?? s_models.GetValueOrDefault($"{Capitalized(version)}{type.Name}");
    }

    private static string TextOf(FieldType type) => type.Kind switch
    {
        ValueKind.List => $"[{TextOf(type.Element!)}]",
        ValueKind.Map => $"{{{TextOf(type.Element!)}}}",
        ValueKind.Object => ModelOf(type.Object!)?.Name ?? type.Object!.QualifiedName,
        // Time and MicroTime are both DateTime in the models.
        ValueKind.Time => "time",
        _ => type.Scalar,
    };

    /// <summary>
    /// Returns the type of a model's property; <c>any</c> if the local cluster does not validate the value.
    /// </summary>
    private static string TextOf(Type theirs, FieldType? ours)
    {
        theirs = Nullable.GetUnderlyingType(theirs) ?? theirs;
        return theirs switch
        {
            _ when ours?.Kind == ValueKind.Any => "any",
            _ when theirs == typeof(string) => "string",
            _ when theirs == typeof(int) => "int32",
            _ when theirs == typeof(long) => "int64",
            _ when theirs == typeof(bool) => "bool",
            _ when theirs == typeof(byte[]) => "bytes",
            _ when theirs == typeof(DateTime) => "time",
            _ when theirs == typeof(ResourceQuantity) => "quantity",
            _ when theirs == typeof(IntOrString) => "intOrString",
            { IsGenericType: true } when theirs.GetGenericTypeDefinition() == typeof(IList<>) =>
                $"[{TextOf(theirs.GetGenericArguments()[0], ours?.Element)}]",
            { IsGenericType: true } when theirs.GetGenericTypeDefinition() == typeof(IDictionary<,>) =>
                $"{{{TextOf(theirs.GetGenericArguments()[1], ours?.Element)}}}",
            _ => theirs.Name,
        };
    }

    private static string Capitalized(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
