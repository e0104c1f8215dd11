using Migrator.History;
using Migrator.Planning;

namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate status</c>.</summary>
internal sealed class StatusResult : HistoryResult
{
    /// <summary>Whether the command exits with 5 if migrations are pending (<c>--exit-code</c>).</summary>
    public bool ExitsWithPending { get; set; }

    /// <summary>Past runs, newest first (<c>--history</c>).</summary>
    public IReadOnlyList<AuditEntry> Audit { get; set; } = [];

    protected override ExitCode CompletedExitCode
        => ExitsWithPending && Plan is { Awaited.Count: > 0 } ? ExitCode.Pending : ExitCode.Done;

    public override JsonAnswer AddTo(JsonAnswer common)
        => base.AddTo(common) with { History = [.. Audit.Select(JsonAudit.Of)] };

    protected override void WriteAnswer(ConsoleOutput console)
    {
        if (Plan is null)
        {
            return;
        }

        WriteScripts(Plan, console);
        if (Audit.Count > 0)
        {
            WriteAudit(console);
        }

        int pending = Plan.Awaited.Count;
        console.Answer($"{(pending == 0 ? "Up to date" : TextStyle.Count(pending, "script") + " pending")}; {CurrentVersion}.");
    }

    private static void WriteScripts(Plan plan, ConsoleOutput console)
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

        table.Write(console);
    }

    private void WriteAudit(ConsoleOutput console)
    {
        var table = new TextTable("at (UTC)", "command", "script", "outcome", "took", "by", "release", "revision", "pod");
        foreach (AuditEntry entry in Audit)
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

        console.Answer("");
        table.Write(console);
    }
}
