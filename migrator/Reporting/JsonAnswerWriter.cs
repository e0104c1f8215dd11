using System.Text.Encodings.Web;
using System.Text.Json;
using Migrator.Configuration;
using Migrator.Reporting.Results;

namespace Migrator.Reporting;

/// <summary>Writes a result as JSON.</summary>
internal static class JsonAnswerWriter
{
    public static void Write(CommandResult result, ConsoleOutput console, Redactor redactor)
    {
        // Terminals and programs read the document. It is never embedded in HTML, so quotes and accents need no escape.
        var json = new JsonModel(new JsonSerializerOptions(JsonModel.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new RedactingConverter(redactor) },
        });
        console.AnswerVerbatim(PrintableText.WithoutHashCommands(JsonSerializer.Serialize(result.AddTo(Common(result)), json.JsonAnswer)));
    }

    private static JsonAnswer Common(CommandResult result) => new()
    {
        Command = result.Command,
        ExitCode = (int)result.ExitCode,
        Outcome = Outcome(result.ExitCode),
        Problems = [.. result.Problems.Select(JsonProblem.Of)],
        Warnings = [.. result.Warnings.Select(JsonProblem.Of)],
        Lines = result.Lines,
        Milliseconds = (long)result.Elapsed.TotalMilliseconds,
    };

    private static string Outcome(ExitCode code) => code switch
    {
        ExitCode.Done => "done",
        ExitCode.MigrationFailed => "failed",
        ExitCode.Usage => "usage",
        ExitCode.DatabaseUnreachable => "database-unreachable",
        ExitCode.LockWaitTimedOut => "lock-wait-timed-out",
        ExitCode.Pending => "pending",
        ExitCode.HistoryMismatch => "history-mismatch",
        ExitCode.Interrupted or ExitCode.Terminated => "interrupted",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, null),
    };
}
