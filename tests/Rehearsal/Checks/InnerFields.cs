namespace Migrator.Rehearsal.Checks;

/// <summary>
/// The fields of the things inside pipelines and stages. What else stands there is read without a word, and means nothing.
/// </summary>
internal static class InnerFields
{
    /// <summary>Of an artifact (kork's <c>Artifact.java</c>, deck's <c>IArtifact.ts</c>).</summary>
    public static IReadOnlyList<string> Artifact { get; } =
    [
        "id", "type", "name", "version", "location", "reference", "artifactAccount", "provenance", "uuid", "metadata",
        "kind", "customKind",
    ];

    /// <summary>Of an expected artifact (kork's <c>ExpectedArtifact.java</c>, deck's <c>IExpectedArtifact.ts</c>).</summary>
    public static IReadOnlyList<string> ExpectedArtifact { get; } =
    [
        "id", "displayName", "matchArtifact", "usePriorArtifact", "useDefaultArtifact", "defaultArtifact", "boundArtifact",
    ];

    /// <summary>Of a bake's input (<c>InputArtifact</c> in orca's <c>CreateBakeManifestTask.java</c>).</summary>
    public static IReadOnlyList<string> InputArtifact { get; } = ["id", "account", "artifact"];

    /// <summary>Of a stage's condition (orca's <c>OptionalStageSupport.java</c>).</summary>
    public static IReadOnlyList<string> StageEnabled { get; } = ["type", "expression"];

    /// <summary>Of a moniker (kork's <c>Moniker.java</c>).</summary>
    public static IReadOnlyList<string> Moniker { get; } = ["app", "cluster", "detail", "stack", "sequence"];

    /// <summary>Of a precondition (orca's <c>CheckPreconditionsStage.java</c>, deck's preconditions).</summary>
    public static IReadOnlyList<string> Precondition { get; } = ["type", "failPipeline", "cloudProvider", "context"];

    /// <summary>Of a label selector (clouddriver's <c>KubernetesSelector.java</c>).</summary>
    public static IReadOnlyList<string> Selector { get; } = ["kind", "key", "values"];

    /// <summary>Of a parameter (deck's <c>IParameter</c> in <c>IPipeline.ts</c>).</summary>
    public static IReadOnlyList<string> Parameter { get; } =
    [
        "name", "label", "description", "required", "pinned", "default", "hasOptions", "options", "constraint",
        "conditional", "condition", "inherited",
    ];

    /// <summary>Of a trigger that is rehearsed, by its type (echo's <c>Trigger.java</c>, deck's <c>ITrigger.ts</c>).</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Trigger { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["docker"] = [.. s_anyTrigger, "account", "organization", "registry", "repository", "tag"],
        ["pipeline"] = [.. s_anyTrigger, "application", "pipeline", "status"],
    };

    private static IReadOnlyList<string> s_anyTrigger =>
    [
        "id", "type", "enabled", "description", "expectedArtifactIds", "runAsUser", "user", "rebake", "dryRun", "inherited",
        "excludedArtifactTypePatterns", "notifications", "link", "linkText",
    ];
}
