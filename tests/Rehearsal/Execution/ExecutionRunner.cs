namespace Migrator.Rehearsal.Execution;

/// <summary>Runs the stages of an execution in the order of their dependencies.</summary>
internal sealed class ExecutionRunner(StageRunner stages)
{
    public async Task RunAsync(PipelineExecution execution, CancellationToken cancellationToken)
    {
        execution.StartedAt = DateTimeOffset.UtcNow;
        execution.Status = ExecutionStatus.Running;
        execution.Report(null, $"started by {execution.Trigger.Type}{(execution.Trigger.Tag is { } tag ? $", tag {tag}" : "")}");
        await RunStagesAsync(execution, cancellationToken);
        execution.EndedAt = DateTimeOffset.UtcNow;
        execution.Status = FinalStatus(execution);
        execution.Report(null, execution.Status.ToSpinnakerName());
    }

    private async Task RunStagesAsync(PipelineExecution execution, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> running = [];
        do
        {
            foreach (var stage in execution.Stages.Where(s => CanStart(s) && !stop.IsCancellationRequested))
            {
                stage.Status = ExecutionStatus.Running;
                running.Add(stages.RunAsync(stage, stop.Token));
            }

            if (running.Count == 0)
            {
                return;
            }

            var ended = await Task.WhenAny(running);
            running.Remove(ended);
            await ended;
            if (execution.Stages.Any(s => s.Status == ExecutionStatus.Terminal))
            {
                await stop.CancelAsync();
            }
        }
        while (true);
    }

    private static bool CanStart(StageExecution stage) =>
        stage.Status == ExecutionStatus.NotStarted
        && stage.Config.RequisiteStageRefIds.All(id => stage.Execution.Stages.Any(s => s.Config.RefId == id && s.Status.AllowsDependents()));

    /// <summary>Returns the status of an execution whose stages have ended. Source: <c>determineFinalStatus</c> of <c>CompleteExecutionHandler.kt</c>.</summary>
    private static ExecutionStatus FinalStatus(PipelineExecution execution)
    {
        var all = execution.Stages.Select(s => s.Status).ToList();
        if (all.Count > 0 && all.All(s => s.AllowsDependents()))
        {
            return ExecutionStatus.Succeeded;
        }

        if (all.Count == 0 || all.Contains(ExecutionStatus.Terminal))
        {
            return ExecutionStatus.Terminal;
        }

        if (all.Contains(ExecutionStatus.Canceled))
        {
            return ExecutionStatus.Canceled;
        }

        var failsAfterOtherBranches = execution.Stages.Any(
            s => s.Status == ExecutionStatus.Stopped && s.Context.IsTrue("completeOtherBranchesThenFail"));
        return failsAfterOtherBranches ? ExecutionStatus.Terminal : ExecutionStatus.Succeeded;
    }
}
