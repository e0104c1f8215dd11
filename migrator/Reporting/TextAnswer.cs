using Migrator.Planning;

namespace Migrator.Reporting;

/// <summary>A command's answer for people.</summary>
internal static class TextAnswer
{
    public static void Write(RunResult result, ConsoleOutput console)
    {
        foreach (string line in result.Problems.SelectMany(p => ProblemText.Block("error", p)))
        {
            console.Message(line);
        }

        switch (result.Command)
        {
            case "up":
                WriteUp(result, console);
                break;
            case "status" when result.Plan is not null:
                WriteStatus(result, result.Plan, console);
                break;
            case "wait" when result.ExitCode == ExitCode.Done:
                console.Answer($"The database has every migration ({At(result)}).");
                break;
        }
    }

    private static void WriteUp(RunResult result, ConsoleOutput console)
    {
        if (result.ExitCode != ExitCode.Done)
        {
            if (result.Applied.Count > 0)
            {
                console.Message($"{TextStyle.Count(result.Applied.Count, "migration")} before it stay applied: {At(result)}.");
            }
        }
        else if (result.Applied.Count == 0)
        {
            console.Answer($"Nothing to do: {At(result)}.");
        }
        else
        {
            console.Answer($"Done: {TextStyle.Count(result.Applied.Count, "migration")} applied in {TextStyle.Time(result.Elapsed)}; {At(result)}.");
        }
    }

    private static void WriteStatus(RunResult result, Plan plan, ConsoleOutput console)
    {
        var table = new TextTable("version", "script", "state", "applied at (UTC)", "by");
        foreach (PlannedScript one in plan.Scripts)
        {
            table.Add(
                one.Version?.Label ?? "",
                one.FileName,
                StateNames.Of(one.State),
                one.Entry is { } entry ? $"{entry.InstalledOn:yyyy-MM-dd HH:mm:ss}" : "",
                one.Entry?.InstalledBy ?? "");
        }

        foreach (string line in table.Lines())
        {
            console.Answer(line);
        }

        int pending = plan.Awaited.Count;
        console.Answer($"{(pending == 0 ? "Up to date" : TextStyle.Count(pending, "script") + " pending")}; {At(result)}.");
    }

    private static string At(RunResult result)
        => $"{result.History?.QualifiedName ?? "the history"} is at {(result.Version is { } version ? $"version {version}" : "no version yet")}";
}
