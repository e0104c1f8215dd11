using Migrator.History;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate status</c>.</summary>
internal sealed class StatusResult : HistoryResult
{
    /// <summary>Whether the command exits with 5 if migrations are pending (<c>--exit-code</c>).</summary>
    public bool ExitsWithPending { get; set; }

    /// <summary>The phase whose pending scripts count; null for all.</summary>
    public ScriptPhase? Phase { get; set; }

    /// <summary>Past runs, newest first (<c>--history</c>).</summary>
    public IReadOnlyList<AuditEntry> Audit { get; set; } = [];

    protected override ExitCode CompletedExitCode
        => ExitsWithPending && Plan is not null && Pending(Plan) > 0 ? ExitCode.Pending : ExitCode.Done;

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

        int pending = Pending(Plan);
        console.Answer($"{(pending == 0 ? "Up to date" : TextStyle.Count(pending, "script") + " pending")}; {CurrentVersion}.");
    }

    private int Pending(Plan plan) => (Phase == ScriptPhase.Contract ? 0 : plan.Awaited.Count) + (Phase == ScriptPhase.Expand ? 0 : plan.Contract.Count);

    // Most projects have no contract script, and then every script has the same phase.
    private static void WriteScripts(Plan plan, ConsoleOutput console)
    {
        bool hasPhases = plan.Scripts.Any(s => s.Phase == ScriptPhase.Contract);
        var table = new TextTable([.. new[] { "version", hasPhases ? "phase" : "", "script", "state", "applied at", "by" }.Where(h => h.Length > 0)]);
        foreach (PlannedScript one in plan.Scripts)
        {
            string?[] row =
            [
                one.Version?.Label ?? "",
                hasPhases ? PhaseNames.Of(one.Phase) : null,
                one.FileName,
                StateNames.Of(one.State),
                one.Entry is { } entry ? $"{entry.InstalledOn:yyyy-MM-dd HH:mm:ss}" : "",
                one.Entry?.InstalledBy ?? "",
            ];
            table.Add([.. row.OfType<string>()]);
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
