namespace Migrator.Rehearsal.Execution;

/// <summary>
/// Queues the executions of one pipeline. They run concurrently, or with <c>limitConcurrent</c> one after the other. With
/// <c>keepWaitingPipelines</c>, waiting executions run in the order in which they were started. Otherwise, only the newest
/// waiting execution runs, and the other waiting executions are canceled. Source: <c>StartExecutionHandler.kt</c>, <c>StartWaitingExecutionsHandler.kt</c>.
/// </summary>
/// <param name="run">Runs an execution.</param>
/// <param name="isRacing">Whether <c>limitConcurrent</c> has no effect, see <see cref="RehearsalOptions.IsRacing"/>.</param>
internal sealed class ExecutionQueue(Func<PipelineExecution, Task> run, bool isRacing)
{
    private readonly Lock _lock = new();
    private readonly List<(PipelineExecution Execution, TaskCompletionSource Done)> _waiting = [];
    private int _running;

    /// <summary>Starts or queues an execution. The task ends when the execution ends.</summary>
    public Task Start(PipelineExecution execution)
    {
        lock (_lock)
        {
            if (!isRacing && execution.Pipeline.Json.IsTrue("limitConcurrent") && _running > 0)
            {
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((execution, done));
                execution.Report(null, "waiting for the running execution (limitConcurrent)");
                return done.Task;
            }

            _running++;
        }

        return RunAsync(execution);
    }

    private async Task RunAsync(PipelineExecution execution)
    {
        try
        {
            await run(execution);
        }
        finally
        {
            StartNext(execution.Pipeline.Json.IsTrue("keepWaitingPipelines"));
        }
    }

    private void StartNext(bool keepsWaiting)
    {
        (PipelineExecution Execution, TaskCompletionSource Done) next;
        lock (_lock)
        {
            _running--;
            if (_waiting.Count == 0)
            {
                return;
            }

            next = keepsWaiting ? _waiting[0] : _waiting[^1];
            _waiting.Remove(next);
            if (!keepsWaiting)
            {
                foreach (var (execution, done) in _waiting)
                {
                    execution.Status = ExecutionStatus.Canceled;
                    execution.Report(null, "canceled: a newer execution replaced it in the queue (keepWaitingPipelines is false)");
                    done.SetResult();
                }

                _waiting.Clear();
            }

            _running++;
        }

        _ = ContinueAsync(next.Execution, next.Done);
    }

    private async Task ContinueAsync(PipelineExecution execution, TaskCompletionSource done)
    {
        try
        {
            await RunAsync(execution);
            done.SetResult();
        }
        catch (Exception problem)
        {
            done.SetException(problem);
        }
    }
}
