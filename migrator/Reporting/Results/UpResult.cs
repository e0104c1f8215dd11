namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate up</c>.</summary>
internal sealed class UpResult : ChangeResult
{
    protected override void WriteAnswer(ConsoleOutput console)
    {
        if (ExitCode != ExitCode.Done)
        {
            if (Applied.Count > 0)
            {
                console.Message($"Applied before the failure: {TextStyle.Count(Applied.Count, "migration")}; {CurrentVersion}.");
            }
        }
        else if (Applied.Count == 0)
        {
            console.Answer($"Nothing to do: {CurrentVersion}.");
        }
        else
        {
            string applied = TextStyle.Count(Applied.Count, "migration");
            console.Answer($"Done: {applied} applied in {TextStyle.Time(Elapsed)}; {CurrentVersion}.");
        }
    }
}
