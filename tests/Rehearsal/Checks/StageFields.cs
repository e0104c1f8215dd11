namespace Migrator.Rehearsal.Checks;

/// <summary>
/// The known fields of the stage types that the rehearsal supports. Source: the classes into which orca deserializes each
/// stage, and deck's forms that write them.
/// </summary>
/// <param name="Required">The fields without which the stage fails.</param>
/// <param name="Optional">The other fields that have a meaning.</param>
internal sealed record StageFields(IReadOnlyList<string> Required, IReadOnlyList<string> Optional)
{
    /// <summary>The fields of every stage (deck's <c>IStage.ts</c>, orca's <c>StageExecution</c> and <c>Stage.kt</c>).</summary>
    public static IReadOnlyList<string> Common { get; } =
    [
        "refId", "requisiteStageRefIds", "type", "name", "alias", "comments", "isNew", "group", "inject", "inherited",
        "failPipeline", "continuePipeline", "completeOtherBranchesThenFail", "failOnFailedExpressions", "stageEnabled",
        "stageTimeoutMs", "overrideTimeout", "notifications", "sendNotifications", "noOutput", "expectedArtifacts",
        "restrictExecutionDuringTimeWindow", "restrictedExecutionWindow", "skipWindowText",
    ];

    /// <summary>The fields of each stage type.</summary>
    public static IReadOnlyDictionary<string, StageFields> ByType { get; } = new Dictionary<string, StageFields>
    {
        // BakeManifestContext.java
        ["bakeManifest"] = new(
            ["templateRenderer", "outputName", "namespace", "inputArtifacts", "expectedArtifacts"],
            [
                "overrides", "rawOverrides", "evaluateOverrideExpressions", "apiVersions", "kubeVersion", "includeCRDs",
                "helmChartFilePath", "inputArtifact", "kustomizeFilePath", "helmfileFilePath", "environment",
            ]),
        // DeployManifestContext.java, KubernetesDeployManifestDescription.java
        ["deployManifest"] = new(
            ["account", "cloudProvider", "moniker", "source"],
            [
                "manifestArtifactId", "manifestArtifact", "manifestArtifactAccount", "manifests", "requiredArtifactIds",
                "requiredArtifacts", "skipExpressionEvaluation", "trafficManagement", "labelSelectors", "namespaceOverride",
                "allowNothingSelected", "skipSpecTemplateLabels", "stableManifestTimeoutMinutes", "versioned",
                "enableArtifactBinding", "relationships",
            ]),
        // RunJobManifestContext.java, KubernetesRunJobOperationDescription.java
        ["runJobManifest"] = new(
            ["alias", "account", "credentials", "application", "cloudProvider", "source"],
            [
                "manifestArtifactId", "manifestArtifact", "manifestArtifactAccount", "manifest", "manifests",
                "requiredArtifactIds", "requiredArtifacts", "skipExpressionEvaluation", "waitForCompletion", "propertyFile",
                "consumeArtifactSource", "consumeArtifactId", "consumeArtifact", "consumeArtifactAccount", "moniker",
                "namespace",
            ]),
        // UndoRolloutManifestConfig.tsx, KubernetesUndoRolloutManifestDescription.java
        ["undoRolloutManifest"] = new(
            ["account", "cloudProvider", "location", "manifestName"],
            ["numRevisionsBack", "revision", "mode", "app", "cluster", "criteria", "kind", "kinds", "labelSelectors"]),
        // FindArtifactsFromResourceTask.java, ResolveTargetManifestTask.java
        ["findArtifactsFromResource"] = new(
            ["account", "cloudProvider", "location", "manifestName"],
            ["mode", "app", "cluster", "criteria", "kind", "kinds", "labelSelectors"]),
        // EvaluateVariablesStage.java
        ["evaluateVariables"] = new(["variables"], []),
        // CheckPreconditionsStage.java
        ["checkPreconditions"] = new(["preconditions"], []),
        // ManualJudgmentStage.groovy
        ["manualJudgment"] = new(
            [],
            [
                "instructions", "judgmentInputs", "propagateAuthenticationContext", "selectedStageRoles",
                "requiredJudgmentRoles",
            ]),
        // WebhookStage.java
        ["webhook"] = new(
            ["url", "method"],
            [
                "payload", "customHeaders", "failFastStatusCodes", "waitForCompletion", "statusUrlResolution",
                "statusUrlJsonPath", "monitorOnly", "account", "statusJsonPath", "progressJsonPath", "successStatuses",
                "canceledStatuses", "terminalStatuses", "retryStatusCodes", "webhookRetryStatusCodes", "waitBeforeMonitor",
                "cancelEndpoint", "cancelMethod", "cancelPayload",
            ]),
    };

    /// <summary>The fields of a pipeline (deck's <c>IPipeline.ts</c>, orca's <c>ExecutionLauncher.java</c>).</summary>
    public static IReadOnlyList<string> Pipeline { get; } =
    [
        "schema", "application", "name", "id", "index", "description", "disabled", "locked", "type", "strategy", "roles",
        "tags", "entityTags", "manualStartAlert", "spelEvaluator", "limitConcurrent", "maxConcurrentExecutions",
        "keepWaitingPipelines", "respectQuietPeriod", "parameterConfig", "triggers", "expectedArtifacts", "stages",
        "notifications", "lastModifiedBy", "updateTs", "source", "template", "variables", "exclude", "templateVariables",
        "executionEngine", "stageCounter", "appConfig", "email", "serviceAccount", "migrationStatus",
    ];
}
