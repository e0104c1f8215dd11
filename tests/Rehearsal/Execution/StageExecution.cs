using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Pipelines;

namespace Migrator.Rehearsal.Execution;

/// <summary>A stage of an execution.</summary>
/// <param name="config">As the pipeline defines it.</param>
/// <param name="execution">What it belongs to.</param>
public sealed class StageExecution(StageConfig config, PipelineExecution execution)
{
    private readonly List<string> _messages = [];

    /// <summary>As the pipeline defines it.</summary>
    public StageConfig Config => config;

    /// <summary>What it belongs to.</summary>
    public PipelineExecution Execution => execution;

    /// <summary>Its fields, expressions evaluated once it has started.</summary>
    public JsonObject Context { get; internal set; } = config.Json.Copy();

    /// <summary>What stages after it see of it.</summary>
    public JsonObject Outputs { get; } = [];

    /// <summary>Where it is.</summary>
    public ExecutionStatus Status { get; internal set; }

    /// <summary>Why it failed, as Spinnaker's UI shows it; null when it did not.</summary>
    public string? Error { get; internal set; }

    /// <summary>What it did, line by line, in the order in which it happened.</summary>
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
    /// All artifacts that the stage knows of: its own, those of the stages before it, nearest first, and last the
    /// trigger's. Source: <c>ArtifactUtils.getArtifacts</c> over <c>StageContext.getAll</c>.
    /// </summary>
    public IReadOnlyList<Artifact> Artifacts =>
    [
        .. Ancestors().SelectMany(s => s.Outputs.Items("artifacts")).OfType<JsonObject>().Select(Artifact.FromJson),
        .. execution.Trigger.Artifacts,
    ];

    /// <summary>What an id stands for, or null. Source: <c>ArtifactUtils.getBoundArtifactForId</c>.</summary>
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

    /// <summary>The stage itself, then those that it depends on, nearest first, each once.</summary>
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

    /// <summary>As in <c>Migrate: TERMINAL</c>.</summary>
    public override string ToString() => $"{Config.Name}: {Status.Spelled()}";

    internal void Say(string message)
    {
        lock (_messages)
        {
            _messages.Add(message);
        }

        execution.Report(this, message);
    }
}
