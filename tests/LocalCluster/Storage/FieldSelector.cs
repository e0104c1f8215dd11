using System.Text.Json.Nodes;
using Migrator.LocalCluster.Validation;

namespace Migrator.LocalCluster.Storage;

/// <summary>Selects objects by fields: <c>metadata.name=x,status.phase!=Running</c>.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/</remarks>
internal sealed class FieldSelector
{
    private static readonly Dictionary<string, string[]> s_perKind = new()
    {
        ["Pod"] =
        [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase",
            "status.podIP", "status.nominatedNodeName",
        ],
        ["Event"] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
            "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
            "reportingComponent", "source", "type",
        ],
        ["Secret"] = ["type"],
        ["Namespace"] = ["status.phase"],
        ["ReplicaSet"] = ["status.replicas"],
        ["Job"] = ["status.successful"],
    };

    private readonly List<(string[] Path, string Value, bool IsEqual)> _conditions = [];

    /// <exception cref="ApiException">400: the field is not supported in selectors.</exception>
    public static FieldSelector Parse(string? text, ResourceKind kind)
    {
        var selector = new FieldSelector();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var isEqual = !part.Contains("!=", StringComparison.Ordinal);
            var split = part.Split(isEqual ? '=' : '!', 2);
            var field = split[0];
            if (field is not ("metadata.name" or "metadata.namespace")
                && !s_perKind.GetValueOrDefault(kind.Kind, []).Contains(field))
            {
                throw ApiException.BadRequest($"field label not supported: {field}");
            }

            selector._conditions.Add((field.Split('.'), split.Length > 1 ? split[1].TrimStart('=') : "", isEqual));
        }

        return selector;
    }

    public bool Matches(JsonObject value) =>
        _conditions.TrueForAll(c => ((value.At(c.Path)?.Print() ?? "") == c.Value) == c.IsEqual);
}
