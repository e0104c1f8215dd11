namespace Migrator.Rehearsal.Checks;

/// <summary>
/// The known fields of the objects inside pipelines and stages. Spinnaker silently ignores all other fields.
/// </summary>
internal static class NestedFields
{
    /// <summary>The fields of an artifact (kork's <c>Artifact.java</c>, deck's <c>IArtifact.ts</c>).</summary>
    public static IReadOnlyList<string> Artifact { get; } =
    [
        "id", "type", "name", "version", "location", "reference", "artifactAccount", "provenance", "uuid", "metadata",
        "kind", "customKind",
    ];

    /// <summary>The fields of an expected artifact (kork's <c>ExpectedArtifact.java</c>, deck's <c>IExpectedArtifact.ts</c>).</summary>
    public static IReadOnlyList<string> ExpectedArtifact { get; } =
    [
        "id", "displayName", "matchArtifact", "usePriorArtifact", "useDefaultArtifact", "defaultArtifact", "boundArtifact",
    ];

    /// <summary>The fields of a bake's input artifact (<c>InputArtifact</c> in orca's <c>CreateBakeManifestTask.java</c>).</summary>
    public static IReadOnlyList<string> InputArtifact { get; } = ["id", "account", "artifact"];

    /// <summary>The fields of a stage's condition (orca's <c>OptionalStageSupport.java</c>).</summary>
    public static IReadOnlyList<string> StageEnabled { get; } = ["type", "expression"];

    /// <summary>The fields of a moniker (kork's <c>Moniker.java</c>).</summary>
    public static IReadOnlyList<string> Moniker { get; } = ["app", "cluster", "detail", "stack", "sequence"];

    /// <summary>The fields of a precondition (orca's <c>CheckPreconditionsStage.java</c>, deck's preconditions).</summary>
    public static IReadOnlyList<string> Precondition { get; } = ["type", "failPipeline", "cloudProvider", "context"];

    /// <summary>The fields of a label selector (clouddriver's <c>KubernetesSelector.java</c>).</summary>
    public static IReadOnlyList<string> Selector { get; } = ["kind", "key", "values"];

    /// <summary>The fields of a parameter (deck's <c>IParameter</c> in <c>IPipeline.ts</c>).</summary>
    public static IReadOnlyList<string> Parameter { get; } =
    [
        "name", "label", "description", "required", "pinned", "default", "hasOptions", "options", "constraint",
        "conditional", "condition", "inherited",
    ];

    /// <summary>The fields of each trigger type that the rehearsal supports (echo's <c>Trigger.java</c>, deck's <c>ITrigger.ts</c>).</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Trigger { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["docker"] = [.. s_commonTriggerFields, "account", "organization", "registry", "repository", "tag"],
        ["cron"] = [.. s_commonTriggerFields, "cronExpression"],
        ["pipeline"] = [.. s_commonTriggerFields, "application", "pipeline", "status"],
    };

    private static IReadOnlyList<string> s_commonTriggerFields =>
    [
        "id", "type", "enabled", "description", "expectedArtifactIds", "runAsUser", "user", "rebake", "dryRun", "inherited",
        "excludedArtifactTypePatterns", "notifications", "link", "linkText",
    ];
}
