using Migrator.Rehearsal.Expressions;
using Migrator.Rehearsal.Stages;

namespace Migrator.Rehearsal.Execution;

/// <summary>Runs a stage from its condition to its status.</summary>
internal sealed class StageRunner(IReadOnlyDictionary<string, IStage> stages)
{
    public async Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        if (!IsEnabled(stage))
        {
            stage.Status = ExecutionStatus.Skipped;
            stage.Say($"SKIPPED: {stage.Context.Text("stageEnabled", "expression")} does not hold");
            return;
        }

        List<string> failures = [];
        stage.Context = Evaluated(stage, failures);
        stage.Say("RUNNING");
        stage.Status = await WorkAsync(stage, failures, cancellationToken);
        stage.Say(stage.Error is null ? stage.Status.Spelled() : $"{stage.Status.Spelled()}: {stage.Error}");
    }

    private async Task<ExecutionStatus> WorkAsync(
        StageExecution stage, List<string> failures, CancellationToken cancellationToken)
    {
        try
        {
            await Find(stage).RunAsync(stage, cancellationToken);
        }
        catch (StageFailure problem)
        {
            stage.Error = problem.Message;
            return FailureStatus(stage);
        }
        catch (RehearsalException problem)
        {
            stage.Error = problem.Message;
            return FailureStatus(stage);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExecutionStatus.Canceled;
        }

        if (failures.Count == 0)
        {
            return ExecutionStatus.Succeeded;
        }

        // Orca looks at this when the stage is done (CompleteStageHandler.kt): whatever it did is done.
        stage.Say($"expressions failed and were taken as they are written: {string.Join("; ", failures)}");
        if (!stage.Context.IsTrue("failOnFailedExpressions"))
        {
            return ExecutionStatus.Succeeded;
        }

        stage.Error = string.Join("; ", failures);
        return ExecutionStatus.Terminal;
    }

    private IStage Find(StageExecution stage)
    {
        // Orca looks for the alias first (DefaultStageResolver.java).
        var type = stage.Context.Text("alias") ?? stage.Config.Type;
        return stages.TryGetValue(type, out var found)
            ? found
            : throw new RehearsalException($"Stages of type {type} are not rehearsed.");
    }

    /// <summary>
    /// All expressions of the stage, but for the manifests of one that says <c>skipExpressionEvaluation</c>, and but for
    /// <c>stageEnabled</c>, which has had its turn.
    /// </summary>
    private static System.Text.Json.Nodes.JsonObject Evaluated(StageExecution stage, List<string> failures)
    {
        var source = stage.Config.Json.Copy();
        var keeps = source.IsTrue("skipExpressionEvaluation") ? source["manifests"]?.DeepClone() : null;
        if (keeps is not null)
        {
            source.Remove("manifests");
        }

        var evaluated = (System.Text.Json.Nodes.JsonObject)TextTemplate.Evaluate(source, StageScope.Of(stage), failures)!;
        if (keeps is not null)
        {
            evaluated["manifests"] = keeps;
        }

        return evaluated;
    }

    /// <summary>A condition that cannot be evaluated skips the stage. Source: <c>OptionalStageSupport.java</c>.</summary>
    private static bool IsEnabled(StageExecution stage)
    {
        var condition = stage.Config.Json["stageEnabled"];
        if (condition.Text("type") != "expression" || string.IsNullOrWhiteSpace(condition.Text("expression")))
        {
            return true;
        }

        try
        {
            return string.Equals(
                Values.Print(Expression.Parse(condition.Text("expression")!)(StageScope.Of(stage))), "true", StringComparison.OrdinalIgnoreCase);
        }
        catch (ExpressionException problem)
        {
            stage.Say(problem.Message);
            return false;
        }
    }

    /// <summary>Source: <c>failureStatus</c> of orca-kotlin's <c>Stage.kt</c>.</summary>
    private static ExecutionStatus FailureStatus(StageExecution stage)
    {
        if (stage.Context.IsTrue("continuePipeline"))
        {
            return ExecutionStatus.FailedContinue;
        }

        return stage.Context["failPipeline"] is null || stage.Context.IsTrue("failPipeline")
            ? ExecutionStatus.Terminal
            : ExecutionStatus.Stopped;
    }
}
