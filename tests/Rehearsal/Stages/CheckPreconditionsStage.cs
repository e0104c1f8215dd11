using System.Text.Json.Nodes;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Expressions;

namespace Migrator.Rehearsal.Stages;

/// <summary>
/// Runs Check Preconditions. A false precondition fails the pipeline. If its <c>failPipeline</c> is false, it only ends the
/// branch. Source: orca's <c>CheckPreconditionsStage.java</c>, <c>ExpressionPreconditionTask.java</c>,
/// <c>StageStatusPreconditionTask.java</c>.
/// </summary>
internal sealed class CheckPreconditionsStage : IStage
{
    public IReadOnlyList<string> Tasks(StageExecution stage) => [.. stage.Context.Maps("preconditions").Select(_ => "checkPrecondition")];

    public Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        foreach (var precondition in stage.Context.Maps("preconditions"))
        {
            stage.StartTask("checkPrecondition");
            if (Problem(stage, precondition) is { } problem)
            {
                // In Orca, each precondition is a child stage. Its failPipeline overrides the parent's.
                stage.Context["failPipeline"] = precondition["failPipeline"]?.DeepClone() ?? stage.Context["failPipeline"]?.DeepClone();
                throw new StageFailure(problem);
            }
        }

        return Task.CompletedTask;
    }

    private static string? Problem(StageExecution stage, JsonObject precondition)
    {
        var context = precondition["context"];
        switch (precondition.Text("type"))
        {
            case "expression":
                var expression = context.Text("expression") ?? "false";
                return IsTrue(stage, expression) ? null : $"The precondition is not true: {expression}";
            case "stageStatus":
                var other = stage.Execution.Stages.FirstOrDefault(s => s.Config.Name == context.Text("stageName"));
                var status = other?.Status.ToSpinnakerName();
                return status == context.Text("stageStatus")
                    ? null
                    : $"The status of stage {context.Text("stageName")} was asserted to be {context.Text("stageStatus")}, but was actually {status ?? "unknown"}";
            case var type:
                throw new RehearsalException($"The rehearsal does not support preconditions of type {type}.");
        }
    }

    /// <summary>Returns false if the expression cannot be evaluated. Expressions in <c>${…}</c> were already evaluated with the stage.</summary>
    private static bool IsTrue(StageExecution stage, string expression)
    {
        try
        {
            return string.Equals(
                Values.Print(Expression.Parse(expression)(StageScope.Of(stage))), "true", StringComparison.OrdinalIgnoreCase);
        }
        catch (ExpressionException problem)
        {
            stage.Report(problem.Message);
            return false;
        }
    }
}
