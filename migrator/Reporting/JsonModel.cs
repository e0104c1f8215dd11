using System.Text.Json.Serialization;
using Migrator.Execution.LockReport;

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
    IReadOnlyList<JsonUndone> Undone,
    IReadOnlyList<JsonUndo> UndoPlan,
    IReadOnlyList<JsonScript> Scripts,
    IReadOnlyList<string> Pending,
    IReadOnlyList<JsonProblem> Problems,
    IReadOnlyList<JsonProblem> Warnings,
    IReadOnlyList<string> Repaired,
    IReadOnlyList<string> Lines,
    IReadOnlyList<JsonSql> Sql,
    IReadOnlyList<JsonAudit> History,
    IReadOnlyList<JsonFinding> Findings,
    long Milliseconds);

/// <summary>What <c>lint</c> found, or <c>plan</c> in what is pending.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Severity">error, warning or info.</param>
/// <param name="Message">What the statement does.</param>
/// <param name="Script">The script's file name.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Table">The table that it is about.</param>
/// <param name="Happens">What happens when it runs.</param>
/// <param name="Advice">The safer way.</param>
/// <param name="Source">Where that is documented.</param>
/// <param name="AllowedBecause">The reason that the script gives; null where it allows nothing.</param>
/// <param name="Refinement">What the database says of it.</param>
internal sealed record JsonFinding(
    string Rule,
    string Severity,
    string Message,
    string Script,
    int Line,
    int Column,
    string? Table,
    string Happens,
    string Advice,
    string Source,
    string? AllowedBecause,
    string? Refinement);

/// <summary>The SQL of a script that would run (<c>plan --sql</c>).</summary>
internal sealed record JsonSql(string Script, string Sql);

/// <summary>A row of the audit table (<c>status --history</c>).</summary>
internal sealed record JsonAudit(
    string At,
    string Command,
    string Script,
    string? Version,
    string? Checksum,
    string Outcome,
    long Milliseconds,
    string? SqlState,
    string? Message,
    string Role,
    string? Release,
    string? Revision,
    string? Image,
    string? Pod);

/// <summary>A script that this run applied.</summary>
/// <param name="Script">The script's file name.</param>
/// <param name="Version">Its version; null for a repeatable.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Observed">What it locked, rewrote and changed of the tables that existed before the run.</param>
internal sealed record JsonApplied(string Script, string? Version, long Milliseconds, IReadOnlyList<JsonObserved> Observed);

/// <summary>A version that this run undid.</summary>
internal sealed record JsonUndone(string Script, string? Version, long Milliseconds);

/// <summary>A version that <c>down</c> undoes, or would undo.</summary>
internal sealed record JsonUndo(string Version, string Script, bool IsStored, bool Differs);

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
