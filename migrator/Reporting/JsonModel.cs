using System.Text.Json.Serialization;

namespace Migrator.Reporting;

/// <summary>The one JSON document that every command answers with <c>--output json</c>, on failure too.</summary>
internal sealed record JsonAnswer(
    int SchemaVersion,
    string Command,
    int ExitCode,
    string Outcome,
    string? HistoryTable,
    string? Version,
    IReadOnlyList<JsonApplied> Applied,
    IReadOnlyList<JsonScript> Scripts,
    IReadOnlyList<string> Pending,
    IReadOnlyList<JsonProblem> Problems,
    IReadOnlyList<JsonProblem> Warnings,
    long Milliseconds);

/// <summary>A script that this run applied.</summary>
internal sealed record JsonApplied(string Script, string? Version, long Milliseconds);

/// <summary>A script, or a version that only the history knows.</summary>
internal sealed record JsonScript(string Script, string? Version, string State, string? Checksum, string? AppliedAt, string? AppliedBy);

/// <summary>Something that is wrong, or that a person should know.</summary>
internal sealed record JsonProblem(
    string Id,
    string Message,
    string? Script,
    int? Line,
    int? Column,
    string? SqlState,
    string? Detail,
    string? Hint,
    string? Context,
    string? Advice);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(JsonAnswer))]
internal sealed partial class JsonModel : JsonSerializerContext;
