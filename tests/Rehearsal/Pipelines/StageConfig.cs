using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Pipelines;

/// <summary>A stage as the pipeline defines it.</summary>
/// <param name="Json">All of it.</param>
public sealed record StageConfig(JsonObject Json)
{
    /// <summary>What other stages call it; a number in old pipelines.</summary>
    public string RefId => Json.Text("refId") ?? "";

    /// <summary>What people call it.</summary>
    public string Name => Json.Text("name") ?? Type;

    /// <summary>What it does, as in <c>deployManifest</c>.</summary>
    public string Type => Json.Text("type") ?? "";

    /// <summary>The stages that have to be done before it.</summary>
    public IReadOnlyList<string> RequisiteStageRefIds => Json.Texts("requisiteStageRefIds");

    /// <summary>As in <c>Migrate (4)</c>.</summary>
    public override string ToString() => $"{Name} ({RefId})";
}
