using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>Waits for a person. Source: <c>ManualJudgmentStage.groovy</c>.</summary>
internal sealed class ManualJudgmentStage(RehearsalOptions options) : IStage
{
    public async Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        stage.Say($"asks: {stage.Context.Text("instructions") ?? stage.Config.Name}");
        var goesOn = await options.Judge(stage, cancellationToken);
        stage.Context["judgmentStatus"] = goesOn ? "continue" : "stop";
        if (!goesOn)
        {
            throw new StageFailure("Judgment: stop");
        }
    }
}
