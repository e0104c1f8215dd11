using Migrator.Rehearsal.Deploying;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Stability;

namespace Migrator.Rehearsal.Stages;

/// <summary>Runs Deploy (Manifest). Source: orca's <c>DeployManifestStage.java</c>.</summary>
internal sealed class DeployManifestStage(
    ManifestSource source, DeployOperation operation, StabilityWait wait, VersionCleanup cleanup) : IStage
{
    public IReadOnlyList<string> Tasks(StageExecution stage) =>
    [
        "resolveDeploySourceManifest", "deployManifest", "monitorDeploy", "promoteOutputs", StabilityWait.TaskName,
        "cleanupArtifacts", "monitorCleanup", "promoteOutputs", "bindProducedArtifacts",
    ];

    public async Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        stage.StartTask("resolveDeploySourceManifest");
        var context = stage.Context;
        if (context.IsTrue("trafficManagement", "enabled"))
        {
            throw new RehearsalException("The rehearsal does not support rollout strategies (trafficManagement).");
        }

        if (context.Text("namespaceOverride") is { Length: > 0 })
        {
            throw new RehearsalException("The rehearsal does not support namespaceOverride. Set the namespace in the bake stage.");
        }

        var isBound = ManifestSource.BindsArtifacts(context);
        var required = ManifestSource.Required(stage);
        var request = new DeployRequest(source.Manifests(stage), context.Text("moniker", "app")
            ?? throw new StageFailure("Every resource deployed via spinnaker must be assigned a moniker"))
        {
            Account = context.Text("account") ?? "",
            RequiredArtifacts = isBound ? required : [],
            // Otherwise an image in the manifest is replaced by an artifact of the same name, from the trigger or an earlier stage (recording 15).
            OptionalArtifacts = isBound ? stage.Artifacts : [],
            LabelSelector = LabelSelectors.Of(context),
            AllowsNothingSelected = context.IsTrue("allowNothingSelected"),
            SkipsTemplateLabels = context.IsTrue("skipSpecTemplateLabels"),
        };
        stage.StartTask("monitorDeploy");
        var result = await operation.RunAsync(request, stage, cancellationToken);
        result.Promote(stage);
        await wait.RunAsync(result.Manifests.Select(ObjectName.Of), stage, cancellationToken);
        stage.StartTask("cleanupArtifacts");
        await cleanup.RunAsync(result.Manifests, stage, cancellationToken);
        stage.StartTask("bindProducedArtifacts");
        BoundArtifacts.Bind(stage);
    }
}
