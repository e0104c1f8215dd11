using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>Runs Manual Judgment: waits for an approval. Source: <c>ManualJudgmentStage.groovy</c>.</summary>
internal sealed class ManualJudgmentStage(RehearsalOptions options) : IStage
{
    public IReadOnlyList<string> Tasks(StageExecution stage) => ["waitForJudgment"];

    public async Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        stage.StartTask("waitForJudgment");
        stage.Report($"waiting for approval: {stage.Context.Text("instructions") ?? stage.Config.Name}");
        var isApproved = await options.AnswerJudgment(stage, cancellationToken);
        stage.Context["judgmentStatus"] = isApproved ? "continue" : "stop";
        if (!isApproved)
        {
            throw new StageFailure("Judgment: stop");
        }
    }
}
