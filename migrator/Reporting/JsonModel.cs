using System.Globalization;
using System.Text.Json.Serialization;
using Migrator.Execution;
using Migrator.Execution.LockReport;
using Migrator.History;
using Migrator.Linting;
using Migrator.Linting.Rules;
using Migrator.Planning;

namespace Migrator.Reporting;

/// <summary>A finding of <c>lint</c>, or of <c>plan</c> for a pending script.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Severity">error, warning or info.</param>
/// <param name="Message">What the statement does.</param>
/// <param name="Script">The script's file name.</param>
/// <param name="Line">The line, starting at 1.</param>
/// <param name="Column">The column, starting at 1.</param>
/// <param name="Table">The table that the statement concerns; null if the rule names no table.</param>
/// <param name="Effect">The effect of the statement on a running application.</param>
/// <param name="Advice">The safer way.</param>
/// <param name="Source">The documentation of the effect.</param>
/// <param name="AllowedBecause">
/// The reason that the script gives for allowing the finding; null if the script does not allow it.
/// </param>
/// <param name="Refinement">How the state of the database changes the finding; null for no change.</param>
internal sealed record JsonFinding(
    string Rule,
    string Severity,
    string Message,
    [property: JsonConverter(typeof(FixedTextConverter))] string Script,
    int Line,
    int Column,
    string? Table,
    string Effect,
    string Advice,
    string Source,
    string? AllowedBecause,
    string? Refinement)
{
    public static JsonFinding Of(Finding f) => new(
        f.Rule.Id, FindingText.SeverityOf(f), f.Message, f.Script.FileName, f.Position.Line, f.Position.Column,
        f.Table is { } table ? DisplayName.Of(table) : null, f.Rule.Effect, f.SaferWay, f.Rule.Source, f.AllowedBecause, f.Refinement);
}

/// <summary>The SQL of a script that would run (<c>plan --sql</c>).</summary>
internal sealed record JsonSql([property: JsonConverter(typeof(FixedTextConverter))] string Script, string Sql);

/// <summary>A row of the audit table (<c>status --history</c>).</summary>
internal sealed record JsonAudit(
    [property: JsonConverter(typeof(FixedTextConverter))] string At,
    string Command,
    [property: JsonConverter(typeof(FixedTextConverter))] string Script,
    string? Version,
    [property: JsonConverter(typeof(FixedTextConverter))] string? Checksum,
    string Outcome,
    long Milliseconds,
    string? SqlState,
    string? Message,
    string Role,
    string? Release,
    string? Revision,
    string? Image,
    string? Pod)
{
    public static JsonAudit Of(AuditEntry e) => new(
        JsonTime.Of(e.At), e.Command, e.Script, e.Version, e.Checksum, e.Outcome, (long)e.Elapsed.TotalMilliseconds, e.SqlState, ForeignText.OfOptional(e.Message), e.Role,
        e.By.Release, e.By.Revision, e.By.Image, e.By.Pod);
}

/// <summary>A script that this run applied.</summary>
/// <param name="Script">The script's file name.</param>
/// <param name="Version">The script's version; null for a repeatable.</param>
/// <param name="Milliseconds">How long the script took.</param>
/// <param name="Observed">
/// The locks, rewrites and row changes of the script, for tables that existed before the run.
/// </param>
internal sealed record JsonApplied(
    [property: JsonConverter(typeof(FixedTextConverter))] string Script, string? Version, long Milliseconds, IReadOnlyList<JsonObserved> Observed)
{
    public static JsonApplied Of(AppliedScript a) => new(
        a.Script.FileName, a.Script.Version?.Label, (long)a.Elapsed.TotalMilliseconds, [.. a.Observed.Select(ObservedJson.Of)]);
}

/// <summary>A version that this run undid.</summary>
internal sealed record JsonUndone([property: JsonConverter(typeof(FixedTextConverter))] string Script, string? Version, long Milliseconds)
{
    public static JsonUndone Of(UndoneScript u)
        => new(u.Undo.Script.FileName, u.Undo.Entry.Version?.Label, (long)u.Elapsed.TotalMilliseconds);
}

/// <summary>A version that <c>down</c> undoes or would undo.</summary>
/// <param name="Version">The version.</param>
/// <param name="Script">The file name of the undo script.</param>
/// <param name="IsStored">Whether the undo script comes from the database.</param>
/// <param name="DiffersFromFolder">Whether the undo script in the database differs from the undo script in the folder.</param>
internal sealed record JsonUndo(string Version, [property: JsonConverter(typeof(FixedTextConverter))] string Script, bool IsStored, bool DiffersFromFolder)
{
    public static IReadOnlyList<JsonUndo> Of(UndoPlan? plan)
        => [.. (plan?.Undos ?? []).Select(u => new JsonUndo(u.Entry.Version!.Label, u.Script.FileName, u.IsStored, u.Differs))];
}

/// <summary>A script, or a version that is only in the history.</summary>
internal sealed record JsonScript(
    [property: JsonConverter(typeof(FixedTextConverter))] string Script,
    string? Version,
    string Phase,
    string State,
    [property: JsonConverter(typeof(FixedTextConverter))] string? Checksum,
    [property: JsonConverter(typeof(FixedTextConverter))] string? AppliedAt,
    string? AppliedBy)
{
    public static JsonScript Of(PlannedScript s) => new(
        s.FileName,
        s.Version?.Label,
        PhaseNames.Of(s.Phase),
        StateNames.Of(s.State),
        s.Script?.Checksum,
        s.Entry is { } entry ? JsonTime.Of(entry.InstalledOn) : null,
        s.Entry?.InstalledBy);
}

/// <summary>A problem or a warning.</summary>
internal sealed record JsonProblem(
    string Id,
    string Message,
    [property: JsonConverter(typeof(FixedTextConverter))] string? Script,
    int? Line,
    int? Column,
    string? SqlState,
    string? Detail,
    string? Hint,
    string? Context,
    string? Advice)
{
    public static JsonProblem Of(Problem p) => new(
        p.Id, p.Message, p.Script, p.Position?.Line, p.Position?.Column, p.SqlState, p.Detail, p.Hint, p.Context, p.Advice);
}

/// <summary>
/// Formats a time of the history for the JSON document, with microseconds as in PostgreSQL.
/// </summary>
internal static class JsonTime
{
    public static string Of(DateTime at) => at.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(JsonAnswer))]
internal sealed partial class JsonModel : JsonSerializerContext;
