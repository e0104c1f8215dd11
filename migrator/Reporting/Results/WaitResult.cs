using Migrator.Configuration;

namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate wait</c>.</summary>
internal sealed class WaitResult : HistoryResult
{
    /// <summary>The problem that another schema has a history, but the schema of this command has none; null for none.</summary>
    public Problem? OtherHistory { get; set; }

    /// <summary>The failure of the last run, if it stopped at a script that the command waits for; null for none.</summary>
    public string? LastFailure { get; set; }

    public override MigrateException TimedOut(TimeSpan? timeout, Exception? cause = null)
    {
        string pending = string.Join(", ", Plan?.Awaited.Select(s => s.FileName) ?? []);
        string left = pending.Length > 0 ? $"still pending: {pending}" : "the database did not respond";
        return new MigrateException(
            ExitCode.Pending,
            new Problem("timeout", $"--timeout of {Duration.Format(timeout)} expired; {left}{(OtherHistory is null ? "" : $"; {OtherHistory.Message}")}{(LastFailure is null ? "" : $"; {LastFailure}")}")
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
