using System.Text.Json.Nodes;
using Migrator.Rehearsal.Deploying;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Stability;

namespace Migrator.Rehearsal.Stages;

/// <summary>
/// Runs Undo Rollout (Manifest): restores the pod template of an earlier revision of a Deployment. It restores nothing
/// else. Source: clouddriver's <c>KubernetesUndoRolloutManifestOperation.java</c>.
/// </summary>
internal sealed class UndoRolloutStage(Kubectl kubectl, StabilityWait wait) : IStage
{
    public IReadOnlyList<string> Tasks(StageExecution stage) => ["undoRolloutManifest", "monitorUndoRollout", StabilityWait.TaskName];

    public async Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        stage.StartTask("undoRolloutManifest");
        var name = StaticTarget.Of(stage);
        stage.Outputs["outputs.manifestNamesByNamespace"] = new JsonObject { [name.Namespace] = new JsonArray($"{name}") };
        stage.StartTask("monitorUndoRollout");
        if (name.Kind != "deployment")
        {
            throw new StageFailure($"Resource with {name} does not support undo rollout");
        }

        try
        {
            var revision = await RevisionAsync(stage, name, cancellationToken);
            stage.Report($"kubectl rollout undo {name.Kind}/{name.Name} --to-revision={revision}");
            await kubectl.UndoRolloutAsync(name.Kind, name.Namespace, name.Name, revision, cancellationToken);
        }
        catch (KubectlException problem)
        {
            throw new StageFailure(problem.Message);
        }

        await wait.RunAsync([name], stage, cancellationToken);
    }

    private async Task<int> RevisionAsync(StageExecution stage, ObjectName name, CancellationToken cancellationToken)
    {
        if (stage.Context.Number("numRevisionsBack") is not { } back)
        {
            return (int)(stage.Context.Number("revision") ?? throw new StageFailure("numRevisionsBack and revision are both missing."));
        }

        var revisions = await kubectl.RolloutHistoryAsync(name.Kind, name.Namespace, name.Name, cancellationToken);
        var index = revisions.Count - (int)back - 1;
        return index >= 0
            ? revisions[index]
            : throw new StageFailure($"There are {revisions.Count} revision(s) in total, cannot rollback {back}");
    }
}
