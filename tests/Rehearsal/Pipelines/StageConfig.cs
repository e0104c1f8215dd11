using System.Text.Json.Nodes;

namespace Migrator.Rehearsal.Pipelines;

/// <summary>The definition of a stage in a pipeline.</summary>
/// <param name="Json">The complete JSON.</param>
public sealed record StageConfig(JsonObject Json)
{
    /// <summary>The id by which other stages refer to this one. Old pipelines use a number.</summary>
    public string RefId => Json.Text("refId") ?? "";

    /// <summary>The display name.</summary>
    public string Name => Json.Text("name") ?? Type;

    /// <summary>The type, such as <c>deployManifest</c>.</summary>
    public string Type => Json.Text("type") ?? "";

    /// <summary>The refIds of the stages that must end before this one starts.</summary>
    public IReadOnlyList<string> RequisiteStageRefIds => Json.Texts("requisiteStageRefIds");

    /// <summary>Returns a text such as <c>Migrate (4)</c>.</summary>
    public override string ToString() => $"{Name} ({RefId})";
}
