using Migrator.Planning;

namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate down</c>.</summary>
internal sealed class DownResult : ChangeResult
{
    /// <summary>What <c>down</c> undoes; null when the command failed before it knew.</summary>
    public UndoPlan? UndoPlan { get; set; }

    public override JsonAnswer AddTo(JsonAnswer common) => base.AddTo(common) with { UndoPlan = JsonUndo.Of(UndoPlan) };

    protected override void WriteAnswer(ConsoleOutput console)
    {
        if (ExitCode != ExitCode.Done)
        {
            if (Undone.Count > 0)
            {
                console.Message($"{TextStyle.Count(Undone.Count, "version")} before it stay undone: {CurrentVersion}.");
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
