using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Deploying;

/// <summary>
/// Selects which manifests of a stage kubectl applies (Spinnaker 1.35 and later). Spinnaker versions and binds all
/// manifests before kubectl selects among them. Source: <c>KubernetesSelector.java</c>, <c>KubernetesSelectorList.java</c>.
/// </summary>
internal static class LabelSelectors
{
    /// <summary>Returns the value for kubectl's <c>-l</c>, or an empty text if the stage has no selectors.</summary>
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
            var kind => throw new RehearsalException($"labelSelectors: unknown kind {kind}."),
        };
    }
}
