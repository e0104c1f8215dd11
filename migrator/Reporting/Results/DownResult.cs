using Migrator.Planning;

namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate down</c>.</summary>
internal sealed class DownResult : ChangeResult
{
    /// <summary>The plan of <c>down</c>; null if the command failed before planning.</summary>
    public UndoPlan? UndoPlan { get; set; }

    public override JsonAnswer AddTo(JsonAnswer common) => base.AddTo(common) with { UndoPlan = JsonUndo.Of(UndoPlan) };

    protected override void WriteAnswer(ConsoleOutput console)
    {
        if (ExitCode != ExitCode.Done)
        {
            if (Undone.Count > 0)
            {
                console.Message($"Undone before the failure: {TextStyle.Count(Undone.Count, "version")}; {CurrentVersion}.");
            }
        }
        else
        {
            console.Answer(Undone.Count == 0
                ? $"Nothing undone; {CurrentVersion}."
                : $"Done: {TextStyle.Count(Undone.Count, "version")} undone in {TextStyle.Time(Elapsed)}; {CurrentVersion}.");
        }
    }
}
