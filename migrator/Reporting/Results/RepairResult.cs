namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate repair</c>.</summary>
internal sealed class RepairResult : ChangeResult
{
    /// <summary>The scripts whose checksums were updated in the history.</summary>
    public IReadOnlyList<string> Repaired { get; set; } = [];

    /// <summary>How many rows of failed scripts, written by Evolve, were removed.</summary>
    public int RemovedRows { get; set; }

    public override IReadOnlyList<string> Lines
        => RemovedRows == 0 ? [] : [$"Removed {TextStyle.Count(RemovedRows, "row")} that Evolve left for failed scripts."];

    public override JsonAnswer AddTo(JsonAnswer common) => base.AddTo(common) with { Repaired = Repaired };

    protected override void WriteAnswer(ConsoleOutput console)
    {
        if (Repaired.Count > 0)
        {
            console.Answer($"Repaired: {string.Join(", ", Repaired)}.");
        }
        else if (RemovedRows == 0 && ExitCode == ExitCode.Done)
        {
            console.Answer("Nothing to repair.");
        }
    }
}
