using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>
/// Runs Evaluate Variables: the evaluated values become outputs, which later stages can use by their names. Source: orca's
/// <c>EvaluateVariablesTask.java</c>.
/// </summary>
internal sealed class EvaluateVariablesStage : IStage
{
    public IReadOnlyList<string> Tasks(StageExecution stage) => ["evaluateVariables"];

    public Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        stage.StartTask("evaluateVariables");
        foreach (var variable in stage.Context.Maps("variables"))
        {
            var key = variable.Text("key") ?? throw new StageFailure("A variable has no key.");
            stage.Outputs[key] = variable["value"]?.DeepClone();
            stage.Report($"{key} = {variable["value"]?.ToJsonString()}");
        }

        return Task.CompletedTask;
    }
}
