using System.Text.Json.Nodes;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Api.Protobuf;

/// <summary>
/// Converts Kubernetes' protobuf bodies to JSON. A body is <c>k8s\0</c>, then a <c>runtime.Unknown</c> with the type's
/// name and the encoded object. Only the types that helm and kubectl send as protobuf are supported.
/// </summary>
/// <remarks>
/// https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding; the field numbers are from
/// generated.proto.
/// </remarks>
internal static class ProtobufObject
{
    private static readonly ProtobufMessage s_ownerReference = new()
    {
        [1] = ("kind", "string"),
        [3] = ("name", "string"),
        [4] = ("uid", "string"),
        [5] = ("apiVersion", "string"),
        [6] = ("controller", "bool"),
        [7] = ("blockOwnerDeletion", "bool"),
    };

    private static readonly ProtobufMessage s_metadata = new()
    {
        [1] = ("name", "string"),
        [2] = ("generateName", "string"),
        [3] = ("namespace", "string"),
        [5] = ("uid", "string"),
        [6] = ("resourceVersion", "string"),
        [7] = ("generation", "int"),
        [8] = ("creationTimestamp", "time"),
        [9] = ("deletionTimestamp", "time"),
        [10] = ("deletionGracePeriodSeconds", "int"),
        [11] = ("labels", "{string}"),
        [12] = ("annotations", "{string}"),
        [13] = ("ownerReferences", s_ownerReference),
        [14] = ("finalizers", "[string]"),
    };

    private static readonly Dictionary<string, ProtobufMessage> s_messages = new()
    {
        ["v1/Secret"] = new()
        {
            [1] = ("metadata", s_metadata),
            [2] = ("data", "{bytes}"),
            [3] = ("type", "string"),
            [4] = ("stringData", "{string}"),
            [5] = ("immutable", "bool"),
        },
        ["v1/ConfigMap"] = new()
        {
            [1] = ("metadata", s_metadata),
            [2] = ("data", "{string}"),
            [3] = ("binaryData", "{bytes}"),
            [4] = ("immutable", "bool"),
        },
        ["v1/Namespace"] = new() { [1] = ("metadata", s_metadata) },
        ["DeleteOptions"] = new()
        {
            [1] = ("gracePeriodSeconds", "int"),
            [2] = ("preconditions", new ProtobufMessage { [1] = ("uid", "string"), [2] = ("resourceVersion", "string") }),
            [3] = ("orphanDependents", "bool"),
            [4] = ("propagationPolicy", "string"),
            [5] = ("dryRun", "[string]"),
        },
    };

    /// <exception cref="ApiException">400: the body is malformed; 415: the type is not supported.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("k8s\0"u8))
        {
            throw ApiException.BadRequest("the protobuf body has no k8s prefix");
        }

        var (apiVersion, kind) = ("", "");
        ReadOnlySpan<byte> raw = default;
        var unknown = new ProtobufReader(body[4..]);
        while (unknown.Next())
        {
            if (unknown.Field == 1)
            {
                var type = new ProtobufReader(unknown.Bytes);
                while (type.Next())
                {
                    (apiVersion, kind) = type.Field == 1 ? (type.Text, kind) : (apiVersion, type.Text);
                }
            }
            else if (unknown.Field == 2)
            {
                raw = unknown.Bytes;
            }
        }

        if (!s_messages.TryGetValue(kind == "DeleteOptions" ? kind : $"{apiVersion}/{kind}", out var message))
        {
            throw ApiException.UnsupportedMediaType(
                $"application/vnd.kubernetes.protobuf for {apiVersion}, Kind={kind}");
        }

        var value = message.Read(raw);
        value["apiVersion"] = apiVersion;
        value["kind"] = kind;
        return value;
    }
}
