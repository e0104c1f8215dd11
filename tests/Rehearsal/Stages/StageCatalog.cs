using Migrator.Rehearsal.Deploying;
using Migrator.Rehearsal.Stability;

namespace Migrator.Rehearsal.Stages;

/// <summary>The stage types that the rehearsal supports.</summary>
internal static class StageCatalog
{
    public static IReadOnlyDictionary<string, IStage> Create(Tool helm, Tool kubectlProgram, RehearsalOptions options)
    {
        var kubectl = new Kubectl(kubectlProgram, options);
        var versions = new ResourceVersions(kubectl);
        var operation = new DeployOperation(kubectl, versions);
        var wait = new StabilityWait(kubectl, options);
        var source = new ManifestSource(options);
        return new Dictionary<string, IStage>
        {
            ["bakeManifest"] = new BakeManifestStage(helm, options),
            ["manualJudgment"] = new ManualJudgmentStage(options),
            ["deployManifest"] = new DeployManifestStage(source, operation, wait, new VersionCleanup(kubectl, versions)),
            // Run Job (Manifest) has the type runJobManifest and this alias.
            ["runJob"] = new RunJobStage(source, operation, kubectl, options),
            ["findArtifactsFromResource"] = new FindArtifactsStage(kubectl),
            ["undoRolloutManifest"] = new UndoRolloutStage(kubectl, wait),
            ["evaluateVariables"] = new EvaluateVariablesStage(),
            ["checkPreconditions"] = new CheckPreconditionsStage(),
            ["webhook"] = new WebhookStage(options),
        };
    }
}
