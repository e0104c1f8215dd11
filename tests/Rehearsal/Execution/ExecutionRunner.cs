namespace Migrator.Rehearsal.Execution;

/// <summary>Runs the stages of an execution as their dependencies allow.</summary>
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
        execution.Report(null, execution.Status.Spelled());
    }

    private async Task RunStagesAsync(PipelineExecution execution, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> running = [];
        do
        {
            foreach (var stage in execution.Stages.Where(s => IsDue(s) && !stop.IsCancellationRequested))
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

    private static bool IsDue(StageExecution stage) =>
        stage.Status == ExecutionStatus.NotStarted
        && stage.Config.RequisiteStageRefIds.All(id => stage.Execution.Stages.Any(s => s.Config.RefId == id && s.Status.LetsOthersStart()));

    /// <summary>Source: <c>determineFinalStatus</c> of <c>CompleteExecutionHandler.kt</c>.</summary>
    private static ExecutionStatus FinalStatus(PipelineExecution execution)
    {
        var all = execution.Stages.Select(s => s.Status).ToList();
        if (all.Count > 0 && all.All(s => s.LetsOthersStart()))
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

        var failsInTheEnd = execution.Stages.Any(
            s => s.Status == ExecutionStatus.Stopped && s.Context.IsTrue("completeOtherBranchesThenFail"));
        return failsInTheEnd ? ExecutionStatus.Terminal : ExecutionStatus.Succeeded;
    }
}
