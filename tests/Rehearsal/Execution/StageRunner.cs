using System.Text.Json.Nodes;
using Migrator.Rehearsal.Expressions;
using Migrator.Rehearsal.Stages;

namespace Migrator.Rehearsal.Execution;

/// <summary>Runs a stage: evaluates its condition and expressions, executes it, and sets its status.</summary>
internal sealed class StageRunner(IReadOnlyDictionary<string, IStage> stages)
{
    public async Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        if (!IsEnabled(stage))
        {
            stage.Status = ExecutionStatus.Skipped;
            stage.Report($"SKIPPED: {stage.Context.Text("stageEnabled", "expression")} is not true");
            return;
        }

        List<string> failures = [];
        stage.Context = Evaluated(stage, failures);
        stage.Report("RUNNING");
        stage.Status = await ExecuteAsync(stage, failures, cancellationToken);
        stage.Report(stage.Error is null ? stage.Status.ToSpinnakerName() : $"{stage.Status.ToSpinnakerName()}: {stage.Error}");
    }

    private async Task<ExecutionStatus> ExecuteAsync(
        StageExecution stage, List<string> failures, CancellationToken cancellationToken)
    {
        try
        {
            var type = Find(stage);
            stage.PlanTasks(type.Tasks(stage));
            await type.RunAsync(stage, cancellationToken);
            stage.EndTasks(ExecutionStatus.Succeeded);
        }
        catch (StageFailure problem)
        {
            return Fail(stage, problem.Message, problem.Errors);
        }
        catch (RehearsalException problem)
        {
            return Fail(stage, problem.Message, [problem.Message]);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            stage.EndTasks(ExecutionStatus.Canceled);
            return ExecutionStatus.Canceled;
        }

        if (failures.Count == 0)
        {
            return ExecutionStatus.Succeeded;
        }

        // Orca checks failed expressions only after the stage has run (CompleteStageHandler.kt). Its effects remain.
        stage.Report($"expressions that failed were left unchanged: {string.Join("; ", failures)}");
        if (!stage.Context.IsTrue("failOnFailedExpressions"))
        {
            return ExecutionStatus.Succeeded;
        }

        stage.Error = string.Join("; ", failures);
        return ExecutionStatus.Terminal;
    }

    private static ExecutionStatus Fail(StageExecution stage, string message, IReadOnlyList<string> errors)
    {
        var status = FailureStatus(stage);
        stage.Error = message;
        if (!stage.Tasks.Any(t => t.Status == ExecutionStatus.Running && FailsWithoutException(t.Name)))
        {
            stage.Context["exception"] = new JsonObject
            {
                ["details"] = new JsonObject { ["errors"] = new JsonArray([.. errors.Select(e => (JsonNode)e)]) },
            };
        }

        stage.EndTasks(status);
        return status;
    }

    /// <summary>
    /// Returns whether Orca stores no exception if a task fails: the failures of Clouddriver's operations are only in
    /// <c>kato.tasks</c> (recording 12), and a false precondition has no reason (recordings 05, 20).
    /// </summary>
    private static bool FailsWithoutException(string task) =>
        task == "checkPrecondition" || task.StartsWith("monitor", StringComparison.Ordinal);

    private IStage Find(StageExecution stage)
    {
        // If the stage has an alias, Orca uses it instead of the type (DefaultStageResolver.java).
        var type = stage.Context.Text("alias") ?? stage.Config.Type;
        return stages.TryGetValue(type, out var found)
            ? found
            : throw new RehearsalException($"The rehearsal does not support stages of type {type}.");
    }

    /// <summary>
    /// Returns the stage's fields with evaluated expressions. With <c>skipExpressionEvaluation</c>, the manifests stay
    /// unchanged. <c>stageEnabled</c> was already evaluated.
    /// </summary>
    private static JsonObject Evaluated(StageExecution stage, List<string> failures)
    {
        var source = stage.Config.Json.Copy();
        var manifests = source.IsTrue("skipExpressionEvaluation") ? source["manifests"]?.DeepClone() : null;
        if (manifests is not null)
        {
            source.Remove("manifests");
        }

        var evaluated = (JsonObject)TextTemplate.Evaluate(source, StageScope.Of(stage), failures)!;
        if (manifests is not null)
        {
            evaluated["manifests"] = manifests;
        }

        return evaluated;
    }

    /// <summary>Returns whether the stage's condition is true. If it cannot be evaluated, the stage is skipped. Source: <c>OptionalStageSupport.java</c>.</summary>
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
            stage.Report(problem.Message);
            return false;
        }
    }

    /// <summary>Returns the status of a failed stage. Source: <c>failureStatus</c> of orca-kotlin's <c>Stage.kt</c>.</summary>
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
