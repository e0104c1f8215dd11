using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Execution;

/// <summary>The trigger that started an execution.</summary>
/// <param name="Type"><c>docker</c>, <c>manual</c> or <c>pipeline</c>.</param>
public sealed record Trigger(string Type)
{
    /// <summary>The image tag that was pushed or chosen, or null.</summary>
    public string? Tag { get; init; }

    /// <summary>The user who started the execution.</summary>
    public string User { get; init; } = "[anonymous]";

    /// <summary>The parameters of the execution, including defaults.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The artifacts of the trigger, and prior or default artifacts for missing ones.</summary>
    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    /// <summary>The pipeline's expected artifacts with the artifacts that are bound to them.</summary>
    public IReadOnlyList<ExpectedArtifact> ResolvedArtifacts { get; init; } = [];

    /// <summary>For a pipeline trigger: the execution whose end started this one. Otherwise null.</summary>
    public PipelineExecution? Parent { get; init; }

    /// <summary>Returns the trigger as expressions see it.</summary>
    public JsonObject ToJson() => new()
    {
        ["type"] = Type,
        ["tag"] = Tag,
        ["user"] = User,
        ["parameters"] = new JsonObject(Parameters.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
        ["artifacts"] = new JsonArray([.. Artifacts.Select(a => a.ToJson())]),
        ["resolvedExpectedArtifacts"] = new JsonArray([.. ResolvedArtifacts.Select(a => a.ToJson())]),
        ["parentExecution"] = Parent?.ToJson(),
    };
}
