using System.Text.Json.Serialization;

namespace Migrator.Reporting;

/// <summary>
/// The JSON document that every command writes with <c>--output json</c>, also on failure. It always has all fields. Fields
/// that do not apply to a command are empty or null.
/// </summary>
internal sealed record JsonAnswer
{
    /// <summary>Incremented when a field is removed or changes its meaning. New fields may be added at any time.</summary>
    public int SchemaVersion { get; init; } = 2;

    public string Command { get; init; } = "";

    public int ExitCode { get; init; }

    public string Outcome { get; init; } = "";

    public string? HistoryTable { get; init; }

    public string? Version { get; init; }

    public IReadOnlyList<JsonApplied> Applied { get; init; } = [];

    public IReadOnlyList<JsonUndone> Undone { get; init; } = [];

    public IReadOnlyList<JsonUndo> UndoPlan { get; init; } = [];

    public IReadOnlyList<JsonScript> Scripts { get; init; } = [];

    [JsonConverter(typeof(FixedTextListConverter))]
    public IReadOnlyList<string> Pending { get; init; } = [];

    public IReadOnlyList<JsonProblem> Problems { get; init; } = [];

    public IReadOnlyList<JsonProblem> Warnings { get; init; } = [];

    [JsonConverter(typeof(FixedTextListConverter))]
    public IReadOnlyList<string> Repaired { get; init; } = [];

    public IReadOnlyList<string> Lines { get; init; } = [];

    public IReadOnlyList<JsonSql> Sql { get; init; } = [];

    public IReadOnlyList<JsonAudit> History { get; init; } = [];

    public IReadOnlyList<JsonFinding> Findings { get; init; } = [];

    public long Milliseconds { get; init; }
}
