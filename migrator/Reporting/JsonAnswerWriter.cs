using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Migrator.Configuration;
using Migrator.Execution.LockReport;
using Migrator.History;
using Migrator.Linting;
using Migrator.Linting.Rules;
using Migrator.Planning;

namespace Migrator.Reporting;

/// <summary>A command's answer for machines.</summary>
internal static class JsonAnswerWriter
{
    // Raised when a field changes its meaning or goes; new fields may come at any time.
    private const int SchemaVersion = 1;

    // The answer goes to a terminal or a program, never into HTML: quotes and accents stay as they are.
    public static void Write(RunResult result, ConsoleOutput console, Redactor redactor)
    {
        var json = new JsonModel(new JsonSerializerOptions(JsonModel.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new RedactingConverter(redactor) },
        });
        console.AnswerVerbatim(JsonSerializer.Serialize(Model(result), json.JsonAnswer));
    }

    private static JsonAnswer Model(RunResult result) => new(
        SchemaVersion,
        result.Command,
        (int)result.ExitCode,
        Outcome(result.ExitCode),
        result.History?.QualifiedName,
        result.Version?.Label,
        [.. result.Applied.Select(a => new JsonApplied(
            a.Script.FileName, a.Script.Version?.Label, (long)a.Elapsed.TotalMilliseconds, [.. a.Observed.Select(ObservedJson.Of)]))],
        [.. result.Undone.Select(u => new JsonUndone(u.Undo.Script.FileName, u.Undo.Entry.Version?.Label, (long)u.Elapsed.TotalMilliseconds))],
        [.. (result.UndoPlan?.Undos ?? []).Select(u => new JsonUndo(u.Entry.Version!.Label, u.Script.FileName, u.IsStored, u.Differs))],
        [.. (result.Plan?.Scripts ?? []).Select(Script)],
        [.. (result.Plan?.Pending ?? []).Select(s => s.FileName).Except(result.Applied.Select(a => a.Script.FileName))],
        [.. result.Problems.Select(Problem)],
        [.. result.Warnings.Select(Problem)],
        result.Repaired,
        result.Lines,
        [.. result.Sql.Select(s => new JsonSql(s.Script.FileName, s.Text))],
        [.. result.Audit.Select(Audit)],
        [.. result.Findings.Select(Finding)],
        (long)result.Elapsed.TotalMilliseconds);

    private static JsonScript Script(PlannedScript one) => new(
        one.FileName,
        one.Version?.Label,
        StateNames.Of(one.State),
        one.Script?.Checksum,
        one.Entry is { } entry ? Time(entry.InstalledOn) : null,
        one.Entry?.InstalledBy);

    private static JsonProblem Problem(Problem p) => new(
        p.Id, p.Message, p.Script, p.Position?.Line, p.Position?.Column, p.SqlState, p.Detail, p.Hint, p.Context, p.Advice);

    private static JsonFinding Finding(Finding f) => new(
        f.Rule.Id, FindingText.SeverityOf(f), f.Message, f.Script.FileName, f.Position.Line, f.Position.Column,
        f.Table is { } table ? Naming.Of(table) : null, f.Rule.Happens, f.Rule.Safer, f.Rule.Source, f.AllowedBecause, f.Refinement);

    private static JsonAudit Audit(AuditEntry e) => new(
        Time(e.At), e.Command, e.Script, e.Version, e.Checksum, e.Outcome, (long)e.Elapsed.TotalMilliseconds, e.SqlState, e.Message, e.Role,
        e.By.Release, e.By.Revision, e.By.Image, e.By.Pod);

    private static string Time(DateTime at) => at.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static string Outcome(ExitCode code) => code switch
    {
        ExitCode.Done => "done",
        ExitCode.MigrationFailed => "failed",
        ExitCode.Usage => "usage",
        ExitCode.DatabaseUnreachable => "database-unreachable",
        ExitCode.LockWaitSpent => "lock-wait-spent",
        ExitCode.Pending => "pending",
        ExitCode.HistoryMismatch => "history-mismatch",
        ExitCode.Interrupted or ExitCode.Terminated => "interrupted",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, null),
    };
}
