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

    /// <summary>Counts from 1 within a rehearsal.</summary>
    public int Number { get; }

    /// <summary>What runs.</summary>
    public Pipeline Pipeline { get; }

    /// <summary>What started it.</summary>
    public Trigger Trigger { get; }

    /// <summary>Its stages in the order of the pipeline's file.</summary>
    public IReadOnlyList<StageExecution> Stages { get; }

    /// <summary>Where it is.</summary>
    public ExecutionStatus Status { get; internal set; }

    /// <summary>Why it ended before its first stage; null when it did not.</summary>
    public string? Error { get; internal set; }

    /// <summary>When it started, UTC; null while it waits in the queue.</summary>
    public DateTimeOffset? StartedAt { get; internal set; }

    /// <summary>When it ended, UTC; null before.</summary>
    public DateTimeOffset? EndedAt { get; internal set; }

    /// <summary>A stage by its name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public StageExecution Stage(string name) =>
        Stages.FirstOrDefault(s => s.Config.Name == name) ?? throw new ArgumentException($"There is no stage '{name}'.", nameof(name));

    /// <summary>
    /// All artifacts of the execution, those of the last stages first. Source: <c>ArtifactUtils.getAllArtifacts</c>.
    /// </summary>
    public IReadOnlyList<Artifact> AllArtifacts =>
    [
        .. Stages.Reverse().SelectMany(s => s.Outputs.Items("artifacts")).OfType<JsonObject>().Select(Artifact.FromJson),
        .. Trigger.Artifacts,
    ];

    /// <summary>As another pipeline's expressions see it (<c>trigger.parentExecution</c>).</summary>
    public JsonObject ToJson() => new()
    {
        ["id"] = $"{Number}",
        ["name"] = Pipeline.Name,
        ["application"] = Pipeline.Application,
        ["status"] = Status.Spelled(),
        ["trigger"] = Trigger.ToJson(),
        ["stages"] = new JsonArray([.. Stages.Select(s => new JsonObject
        {
            ["refId"] = s.Config.RefId,
            ["name"] = s.Config.Name,
            ["type"] = s.Config.Type,
            ["status"] = s.Status.Spelled(),
            ["context"] = s.Context.Copy(),
            ["outputs"] = s.Outputs.Copy(),
        })]),
    };

    /// <summary>As in <c>#2 Migrate, then deploy: TERMINAL</c>.</summary>
    public override string ToString() => $"#{Number} {Pipeline.Name}: {Status.Spelled()}";

    internal void Report(StageExecution? stage, string message) => _report(this, stage, message);
}
