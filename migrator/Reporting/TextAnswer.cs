using Migrator.History;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Reporting;

/// <summary>A command's answer for people.</summary>
internal static class TextAnswer
{
    public static void Write(RunResult result, ConsoleOutput console)
    {
        foreach (string line in result.Problems.SelectMany(p => ProblemText.Block("error", p, console.MessageColors.Red)))
        {
            console.Message(line);
        }

        foreach (string line in result.Lines)
        {
            console.Answer(line);
        }

        switch (result.Command)
        {
            case "up":
                WriteUp(result, console);
                break;
            case "status" when result.Plan is not null:
                WriteStatus(result, result.Plan, console);
                break;
            case "down":
                WriteDown(result, console);
                break;
            case "plan" when result.UndoPlan is { } down:
                WriteDownPlan(result, down, console);
                break;
            case "plan" when result.Plan is not null:
                WritePlan(result, result.Plan, console);
                break;
            case "validate" when result.ExitCode == ExitCode.Done:
                console.Answer(result.Plan is null ? "The scripts are valid." : $"Scripts and history agree; {At(result)}.");
                break;
            case "lint" when result.Problems.Count == 0:
                FindingText.Write(result.Findings, console);
                console.Answer(FindingText.Summary(result));
                break;
            case "repair" when result.Repaired.Count > 0:
                console.Answer($"Repaired: {string.Join(", ", result.Repaired)}.");
                break;
            case "repair" when result.Lines.Count == 0 && result.ExitCode == ExitCode.Done:
                console.Answer("Nothing to repair.");
                break;
            case "wait" when result.ExitCode == ExitCode.Done:
                console.Answer($"The database has every migration ({At(result)}).");
                break;
        }

        if (result.ExitCode != ExitCode.Done && result.Advice is { Length: > 0 } advice)
        {
            console.Message(advice);
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

    private static void WriteDown(RunResult result, ConsoleOutput console)
    {
        if (result.ExitCode != ExitCode.Done)
        {
            if (result.Undone.Count > 0)
            {
                console.Message($"{TextStyle.Count(result.Undone.Count, "version")} before it stay undone: {At(result)}.");
            }
        }
        else
        {
            console.Answer(result.Undone.Count == 0
                ? $"Nothing undone; {At(result)}."
                : $"Done: {TextStyle.Count(result.Undone.Count, "version")} undone in {TextStyle.Time(result.Elapsed)}; {At(result)}.");
        }
    }

    private static void WriteDownPlan(RunResult result, UndoPlan plan, ConsoleOutput console)
    {
        foreach (PlannedUndo undo in plan.Undos)
        {
            console.Answer($"would undo version {undo.Entry.Version} with {undo.Script.FileName}{(undo.IsStored ? " (kept in the database)" : "")}");
        }

        WriteSql(result, console);
        console.Answer(plan.Undos.Count == 0 || result.Problems.Count > 0
            ? $"Nothing would be undone; {At(result)}."
            : $"{TextStyle.Count(plan.Undos.Count, "version")} would be undone; {At(result)}.");
    }

    private static void WriteSql(RunResult result, ConsoleOutput console)
    {
        foreach (PlannedSql one in result.Sql)
        {
            console.Answer($"\n-- {one.Script.FileName}\n{one.Text.TrimEnd()}");
        }
    }

    private static void WritePlan(RunResult result, Plan plan, ConsoleOutput console)
    {
        foreach (Script script in plan.Pending)
        {
            console.Answer($"would apply {script.FileName}{(script.IsTransactionOff ? " (outside a transaction)" : "")}");
        }

        WriteSql(result, console);
        FindingText.Write(result.Findings, console);
        string stopped = result.Problems.Count > 0 ? ", but it would stop" : "";
        console.Answer(plan.Pending.Count == 0
            ? $"Nothing to do{stopped}; {At(result)}."
            : $"{TextStyle.Count(plan.Pending.Count, "migration")} pending{stopped}; {At(result)}.");
    }

    private static void WriteHistory(RunResult result, ConsoleOutput console)
    {
        var table = new TextTable("at (UTC)", "command", "script", "outcome", "took", "by", "release", "revision", "pod");
        foreach (AuditEntry entry in result.Audit)
        {
            table.Add(
                $"{entry.At:yyyy-MM-dd HH:mm:ss}",
                entry.Command,
                entry.Script,
                entry.SqlState is null ? entry.Outcome : $"{entry.Outcome} ({entry.SqlState})",
                TextStyle.Time(entry.Elapsed),
                entry.Role,
                entry.By.Release ?? "",
                entry.By.Revision ?? "",
                entry.By.Pod ?? "");
        }

        foreach (string line in table.Lines().Prepend(""))
        {
            console.Answer(line);
        }
    }

    private static void WriteStatus(RunResult result, Plan plan, ConsoleOutput console)
    {
        var table = new TextTable("version", "script", "state", "applied at", "by");
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

        if (result.Audit.Count > 0)
        {
            WriteHistory(result, console);
        }

        int pending = plan.Awaited.Count;
        console.Answer($"{(pending == 0 ? "Up to date" : TextStyle.Count(pending, "script") + " pending")}; {At(result)}.");
    }

    private static string At(RunResult result)
        => $"{result.History?.QualifiedName ?? "the history"} is at {(result.Version is { } version ? $"version {version}"
            : result.Plan?.Start is { } start ? $"its baseline, {HistoryEntry.DescribeStart(start)}"
            : "no version yet")}";
}
