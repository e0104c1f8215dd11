using System.Text.Json.Nodes;
using Migrator.Rehearsal.Artifacts;

namespace Migrator.Rehearsal.Execution;

/// <summary>What started an execution.</summary>
/// <param name="Type"><c>docker</c>, <c>manual</c> or <c>pipeline</c>.</param>
public sealed record Trigger(string Type)
{
    /// <summary>The tag that was pushed or chosen.</summary>
    public string? Tag { get; init; }

    /// <summary>Who started it.</summary>
    public string User { get; init; } = "[anonymous]";

    /// <summary>What the person chose, or the defaults.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>What came with it, and what was taken instead of what did not come.</summary>
    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    /// <summary>The pipeline's expected artifacts, bound.</summary>
    public IReadOnlyList<ExpectedArtifact> ResolvedArtifacts { get; init; } = [];

    /// <summary>The execution whose end started this one.</summary>
    public PipelineExecution? Parent { get; init; }

    /// <summary>As expressions see it.</summary>
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
