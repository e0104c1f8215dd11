using System.Text.Json.Nodes;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Expressions;

namespace Migrator.Rehearsal.Stages;

/// <summary>
/// Check Preconditions. A precondition that does not hold fails the pipeline, or with <c>failPipeline</c> false only ends
/// its branch. Source: orca's <c>CheckPreconditionsStage.java</c>, <c>ExpressionPreconditionTask.java</c>,
/// <c>StageStatusPreconditionTask.java</c>.
/// </summary>
internal sealed class CheckPreconditionsStage : IStage
{
    public Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        foreach (var precondition in stage.Context.Maps("preconditions"))
        {
            if (Problem(stage, precondition) is { } problem)
            {
                // Each is a stage of its own with the fields of this one below its own.
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
                return Holds(stage, expression) ? null : $"does not hold: {expression}";
            case "stageStatus":
                var other = stage.Execution.Stages.FirstOrDefault(s => s.Config.Name == context.Text("stageName"));
                var status = other?.Status.Spelled();
                return status == context.Text("stageStatus")
                    ? null
                    : $"The status of stage {context.Text("stageName")} was asserted to be {context.Text("stageStatus")}, but was actually {status ?? "unknown"}";
            case var type:
                throw new RehearsalException($"Preconditions of type {type} are not rehearsed.");
        }
    }

    /// <summary>What cannot be evaluated does not hold. An expression in <c>${…}</c> has been evaluated with the stage.</summary>
    private static bool Holds(StageExecution stage, string expression)
    {
        try
        {
            return string.Equals(
                Values.Print(Expression.Parse(expression)(StageScope.Of(stage))), "true", StringComparison.OrdinalIgnoreCase);
        }
        catch (ExpressionException problem)
        {
            stage.Say(problem.Message);
            return false;
        }
    }
}
