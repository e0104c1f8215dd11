namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate validate</c>. Without a plan, only the scripts were checked.</summary>
internal sealed class ValidateResult : HistoryResult
{
    protected override void WriteAnswer(ConsoleOutput console)
    {
        if (ExitCode == ExitCode.Done)
        {
            console.Answer(Plan is null ? "The scripts are valid." : $"Scripts and history agree; {CurrentVersion}.");
        }
    }
}
