using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Deploying;

/// <summary>
/// Which manifests of a stage kubectl is to take (Spinnaker 1.35 and later). Versions and bindings are made for all of
/// them before. Source: <c>KubernetesSelector.java</c>, <c>KubernetesSelectorList.java</c>.
/// </summary>
internal static class LabelSelectors
{
    /// <summary>For kubectl's <c>-l</c>; empty when the stage selects nothing.</summary>
    public static string Of(JsonObject context) =>
        string.Join(',', context.Maps("labelSelectors", "selectors").Select(Text));

    private static string Text(JsonObject selector)
    {
        var (key, values) = (selector.Text("key"), selector.Texts("values"));
        return selector.Text("kind") switch
        {
            "ANY" => "",
            "EQUALS" => $"{key} = {values[0]}",
            "NOT_EQUALS" => $"{key} != {values[0]}",
            "CONTAINS" => $"{key} in ({string.Join(", ", values)})",
            "NOT_CONTAINS" => $"{key} notin ({string.Join(", ", values)})",
            "EXISTS" => $"{key}",
            "NOT_EXISTS" => $"!{key}",
            var kind => throw new RehearsalException($"labelSelectors: there is no kind {kind}."),
        };
    }
}
