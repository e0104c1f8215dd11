using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Execution;

/// <summary>A run of a pipeline.</summary>
public sealed class PipelineExecution
{
    private readonly Action<PipelineExecution, StageExecution?, string> _report;

    internal PipelineExecution(
        int number, Pipeline pipeline, Trigger trigger, Action<PipelineExecution, StageExecution?, string> report)
    {
        _report = report;
        Number = number;
        Pipeline = pipeline;
        Trigger = trigger;
        Stages = [.. pipeline.Stages.Select(s => new StageExecution(s, this))];
    }

    /// <summary>The number of the execution within the rehearsal. The first is 1.</summary>
    public int Number { get; }

    /// <summary>The pipeline.</summary>
    public Pipeline Pipeline { get; }

    /// <summary>The trigger that started the execution.</summary>
    public Trigger Trigger { get; }

    /// <summary>The stages, in the order of the pipeline's file.</summary>
    public IReadOnlyList<StageExecution> Stages { get; }

    /// <summary>The current status.</summary>
    public ExecutionStatus Status { get; internal set; }

    /// <summary>The reason why the execution failed before its first stage, or null.</summary>
    public string? Error { get; internal set; }

    /// <summary>The start time in UTC, or null while the execution waits in the queue.</summary>
    public DateTimeOffset? StartedAt { get; internal set; }

    /// <summary>The end time in UTC, or null before the end.</summary>
    public DateTimeOffset? EndedAt { get; internal set; }

    /// <summary>Returns the stage with a name.</summary>
    /// <exception cref="ArgumentException">The pipeline has no such stage.</exception>
    public StageExecution Stage(string name) =>
        Stages.FirstOrDefault(s => s.Config.Name == name) ?? throw new ArgumentException($"There is no stage '{name}'.", nameof(name));

    /// <summary>
    /// All artifacts of the execution. Those of later stages come first. Source: <c>ArtifactUtils.getAllArtifacts</c>.
    /// </summary>
    public IReadOnlyList<Artifact> AllArtifacts =>
    [
        .. Stages.Reverse().SelectMany(s => s.Outputs.Items("artifacts")).OfType<JsonObject>().Select(Artifact.FromJson),
        .. Trigger.Artifacts,
    ];

    /// <summary>Returns the execution as expressions of another pipeline see it (<c>trigger.parentExecution</c>).</summary>
    public JsonObject ToJson() => new()
    {
        ["id"] = $"{Number}",
        ["name"] = Pipeline.Name,
        ["application"] = Pipeline.Application,
        ["status"] = Status.ToSpinnakerName(),
        ["trigger"] = Trigger.ToJson(),
        ["stages"] = new JsonArray([.. Stages.Select(s => new JsonObject
        {
            ["refId"] = s.Config.RefId,
            ["name"] = s.Config.Name,
            ["type"] = s.Config.Type,
            ["status"] = s.Status.ToSpinnakerName(),
            ["context"] = s.Context.Copy(),
            ["outputs"] = s.Outputs.Copy(),
        })]),
    };

    /// <summary>Returns a text such as <c>#2 Migrate, then deploy: TERMINAL</c>.</summary>
    public override string ToString() => $"#{Number} {Pipeline.Name}: {Status.ToSpinnakerName()}";

    internal void Report(StageExecution? stage, string message) => _report(this, stage, message);
}
