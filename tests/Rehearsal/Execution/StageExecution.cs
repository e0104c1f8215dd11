using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Execution;

/// <summary>A stage within an execution.</summary>
/// <param name="config">The stage's definition in the pipeline.</param>
/// <param name="execution">The execution of the pipeline.</param>
public sealed class StageExecution(StageConfig config, PipelineExecution execution)
{
    private readonly List<string> _messages = [];
    private int _task = -1;

    /// <summary>The stage's definition in the pipeline.</summary>
    public StageConfig Config => config;

    /// <summary>The execution of the pipeline.</summary>
    public PipelineExecution Execution => execution;

    /// <summary>The stage's fields. Expressions are evaluated when the stage starts.</summary>
    public JsonObject Context { get; internal set; } = config.Json.Copy();

    /// <summary>The values that later stages can read.</summary>
    public JsonObject Outputs { get; } = [];

    /// <summary>The current status.</summary>
    public ExecutionStatus Status { get; internal set; }

    /// <summary>
    /// The tasks, in their order. Empty until the stage starts. The tasks of Check Preconditions belong to child stages in Orca,
    /// which the rehearsal does not model.
    /// </summary>
    public IReadOnlyList<TaskExecution> Tasks { get; private set; } = [];

    /// <summary>The reason of a failure as Spinnaker's UI shows it, or null.</summary>
    public string? Error { get; internal set; }

    /// <summary>The log of the stage, oldest message first.</summary>
    public IReadOnlyList<string> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>
    /// All artifacts that the stage can use: first its own, then those of the stages before it, nearest first, then those of
    /// the trigger. Source: <c>ArtifactUtils.getArtifacts</c> over <c>StageContext.getAll</c>.
    /// </summary>
    public IReadOnlyList<Artifact> Artifacts =>
    [
        .. Ancestors().SelectMany(s => s.Outputs.Items("artifacts")).OfType<JsonObject>().Select(Artifact.FromJson),
        .. execution.Trigger.Artifacts,
    ];

    /// <summary>Returns the artifact that is bound to an id, or null. Source: <c>ArtifactUtils.getBoundArtifactForId</c>.</summary>
    public Artifact? FindBound(string id)
    {
        var expected = Ancestors()
            .SelectMany(s => s.Outputs.Maps("resolvedExpectedArtifacts"))
            .Select(ExpectedArtifact.FromJson)
            .Concat(execution.Trigger.ResolvedArtifacts)
            .FirstOrDefault(e => e.Id == id);
        return expected?.Bound is { } bound
            ? bound with { Account = string.IsNullOrEmpty(bound.Account) ? expected.Match.Account : bound.Account }
            : null;
    }

    /// <summary>Returns the stage itself and then each stage that it depends on, nearest first, without duplicates.</summary>
    public IEnumerable<StageExecution> Ancestors()
    {
        List<StageExecution> found = [this];
        for (var i = 0; i < found.Count; i++)
        {
            yield return found[i];
            found.AddRange(execution.Stages
                .Where(s => found[i].Config.RequisiteStageRefIds.Contains(s.Config.RefId) && !found.Contains(s)));
        }
    }

    /// <summary>Returns a text such as <c>Migrate: TERMINAL</c>.</summary>
    public override string ToString() => $"{Config.Name}: {Status.ToSpinnakerName()}";

    /// <summary>Sets the tasks when the stage starts.</summary>
    internal void PlanTasks(IEnumerable<string> names) => Tasks = [.. names.Select(n => new TaskExecution(n))];

    /// <summary>Marks the tasks up to the next one with this name as succeeded, and this one as running.</summary>
    internal void StartTask(string name)
    {
        do
        {
            if (_task >= 0)
            {
                Tasks[_task].Status = ExecutionStatus.Succeeded;
            }

            _task++;
        }
        while (Tasks[_task].Name != name);

        Tasks[_task].Status = ExecutionStatus.Running;
    }

    /// <summary>Ends the running task. If it succeeded, all tasks have succeeded.</summary>
    internal void EndTasks(ExecutionStatus status)
    {
        foreach (var task in Tasks)
        {
            if (status == ExecutionStatus.Succeeded || task.Status == ExecutionStatus.Running)
            {
                task.Status = status;
            }
        }
    }

    internal void Report(string message)
    {
        lock (_messages)
        {
            _messages.Add(message);
        }

        execution.Report(this, message);
    }
}
