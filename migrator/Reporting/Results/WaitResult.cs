using Migrator.Configuration;

namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate wait</c>.</summary>
internal sealed class WaitResult : HistoryResult
{
    /// <summary>The problem that another schema has a history, but the schema of this command has none; null for none.</summary>
    public Problem? OtherHistory { get; set; }

    /// <summary>The failure of the last run, if it stopped at a script that the command waits for; null for none.</summary>
    public string? LastFailure { get; set; }

    /// <summary>The contract scripts that this version cannot work with, while another run can still undo or roll them back; empty for none.</summary>
    public IReadOnlyList<Problem> Contracted { get; set; } = [];

    /// <summary>The scripts that the command waits for, and what is known about the reason; empty before the first answer of the database.</summary>
    public string Awaited => string.Join(
        "; ", new[] { string.Join(", ", Plan?.Awaited.Select(s => s.FileName) ?? []), OtherHistory?.Message, LastFailure, Contracted.Count > 0 ? $"the run that works on this database ({Contracted[0].Message})" : null }.Where(t => t?.Length > 0));

    public override MigrateException TimedOut(TimeSpan? timeout, Exception? cause = null)
    {
        if (Contracted.Count > 0)
        {
            return new MigrateException(ExitCode.HistoryMismatch, Contracted, cause);
        }

        string left = Awaited.Length > 0 ? $"still pending: {Awaited}" : "the database did not respond";
        return new MigrateException(
            ExitCode.Pending,
            new Problem("timeout", $"--timeout of {Duration.Format(timeout)} expired; {left}")
            {
                Advice = OtherHistory?.Advice ?? "Check the log of the migration run. 'wait' applies nothing itself.",
            },
            cause);
    }

    protected override void WriteAnswer(ConsoleOutput console)
    {
        if (ExitCode == ExitCode.Done)
        {
            console.Answer($"The database has every migration ({CurrentVersion}).");
        }
    }
}
