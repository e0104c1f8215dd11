using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Pipelines;
using Migrator.Rehearsal.Stages;
using Migrator.Rehearsal.Triggers;
using Migrator.Tooling.Packages;

namespace Migrator.Rehearsal;

/// <summary>
/// Saves and starts pipelines, and runs their stages by Spinnaker's rules with the real helm and kubectl on a cluster.
/// Supports the features that the pipelines of this repository use. Thread-safe.
/// </summary>
public sealed class SpinnakerRehearsal : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly RehearsalOptions _options;
    private readonly Dictionary<string, (Pipeline Pipeline, ExecutionQueue Queue)> _pipelines = [];
    private readonly List<(PipelineExecution Execution, Task Done)> _executions = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Tool _helm;
    private readonly Tool _kubectl;
    private readonly ExecutionRunner _runner;

    private SpinnakerRehearsal(RehearsalOptions options, string helm, string kubectl)
    {
        _options = options;
        _helm = new Tool(helm);
        _kubectl = new Tool(kubectl);
        _runner = new ExecutionRunner(new StageRunner(StageCatalog.Create(_helm, _kubectl, options)));
    }

    /// <summary>All executions in the order in which they were started or queued.</summary>
    public IReadOnlyList<PipelineExecution> Executions
    {
        get
        {
            lock (_lock)
            {
                return [.. _executions.Select(e => e.Execution)];
            }
        }
    }

    private IReadOnlyList<Pipeline> Pipelines
    {
        get
        {
            lock (_lock)
            {
                return [.. _pipelines.Values.Select(p => p.Pipeline)];
            }
        }
    }

    /// <summary>Creates a rehearsal. The first call downloads helm and kubectl.</summary>
    public static async Task<SpinnakerRehearsal> StartAsync(
        RehearsalOptions options, CancellationToken cancellationToken = default) =>
        new(options, await Helm.V3PathAsync(cancellationToken), await Kubectl.PathAsync(cancellationToken));

    /// <summary>Saves a pipeline, as <c>spin pipeline save</c> does. Replaces a pipeline with the same id.</summary>
    public void Save(Pipeline pipeline)
    {
        lock (_lock)
        {
            var queue = _pipelines.TryGetValue(pipeline.Id, out var known) ? known.Queue : new ExecutionQueue(RunAsync, _options.IsRacing);
            _pipelines[pipeline.Id] = (pipeline, queue);
        }
    }

    /// <summary>Simulates the push of an image tag. Starts or queues each pipeline with a matching trigger.</summary>
    /// <param name="image">The name of the image without its tag, as in the expected artifacts.</param>
    /// <param name="tag">The tag.</param>
    public IReadOnlyList<PipelineExecution> Push(string image, string tag)
    {
        var artifact = ManualStart.ImageOf(image, tag);
        return
        [
            .. from pipeline in Pipelines
               let trigger = DockerTriggers.Find(pipeline, artifact)
               where trigger is not null
               select Start(pipeline, new Trigger("docker") { Tag = tag }, () => TriggerBuilder.Docker(pipeline, trigger, artifact, () => Prior(pipeline))),
        ];
    }

    /// <summary>
    /// Simulates a poll of the registry that finds several new tags. Igor reports them in any order.
    /// </summary>
    /// <param name="image">The name of the image without its tag.</param>
    /// <param name="tags">The tags.</param>
    public IReadOnlyList<PipelineExecution> Poll(string image, params IEnumerable<string> tags)
    {
        string[] found = [.. tags];
        Random.Shared.Shuffle(found);
        return [.. found.SelectMany(tag => Push(image, tag))];
    }

    /// <summary>Starts a pipeline manually.</summary>
    /// <param name="name">The pipeline's name.</param>
    /// <param name="start">The image and the parameters.</param>
    /// <exception cref="RehearsalException">No pipeline has this name.</exception>
    public PipelineExecution Start(string name, ManualStart start)
    {
        var pipeline = Pipelines.FirstOrDefault(p => p.Name == name) ?? throw new RehearsalException($"There is no pipeline '{name}'.");
        return Start(pipeline, new Trigger("manual"), () => TriggerBuilder.Manual(pipeline, start, () => Prior(pipeline)));
    }

    /// <summary>Waits until an execution has ended. Executions that it triggers are then in <see cref="Executions"/>.</summary>
    public async Task<PipelineExecution> WaitForCompletionAsync(PipelineExecution execution, CancellationToken cancellationToken = default)
    {
        Task done;
        lock (_lock)
        {
            done = _executions.First(e => e.Execution == execution).Done;
        }

        await done.WaitAsync(cancellationToken);
        return execution;
    }

    /// <summary>Cancels running executions and waits until they have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] running;
        lock (_lock)
        {
            running = [.. _executions.Select(e => e.Done)];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _helm.Dispose();
        _kubectl.Dispose();
        _stop.Dispose();
    }

    /// <summary>Starts or queues an execution. If its artifacts cannot be resolved, it fails before its first stage.</summary>
    private PipelineExecution Start(Pipeline pipeline, Trigger bare, Func<Trigger> build)
    {
        Trigger trigger;
        string? error = null;
        try
        {
            trigger = build();
        }
        catch (RehearsalException problem)
        {
            trigger = bare;
            error = problem.Message;
        }

        lock (_lock)
        {
            var execution = new PipelineExecution(
                _executions.Count + 1, pipeline, trigger, (e, s, m) => _options.OnEvent?.Invoke(e, s, m))
            { Error = error };
            // The number comes from the list, so the execution is added before it can end.
            var index = _executions.Count;
            _executions.Add((execution, Task.CompletedTask));
            _executions[index] = (execution, error is null ? _pipelines[pipeline.Id].Queue.Start(execution) : Fail(execution));
            return execution;
        }
    }

    private static Task Fail(PipelineExecution execution)
    {
        execution.Status = ExecutionStatus.Terminal;
        execution.Report(null, $"TERMINAL: {execution.Error}");
        return Task.CompletedTask;
    }

    private async Task RunAsync(PipelineExecution execution)
    {
        // The caller holds the lock. The rest must run after the caller has released it.
        await Task.Yield();
        await _runner.RunAsync(execution, _stop.Token);
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        foreach (var pipeline in Pipelines)
        {
            if (PipelineTriggers.Find(pipeline, execution) is { } trigger)
            {
                Start(
                    pipeline,
                    new Trigger("pipeline") { Parent = execution },
                    () => TriggerBuilder.Dependent(pipeline, trigger, execution, () => Prior(pipeline)));
            }
        }
    }

    private IReadOnlyList<Artifact> Prior(Pipeline pipeline) =>
        Executions.LastOrDefault(e => e.Pipeline.Id == pipeline.Id)?.AllArtifacts ?? [];
}
