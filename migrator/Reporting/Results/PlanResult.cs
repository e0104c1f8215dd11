using Migrator.Linting;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Reporting.Results;

/// <summary>
/// Result of <c>migrate plan</c>: what <c>up</c> would do, or with <c>--down</c> what <c>down</c> would do.
/// </summary>
internal sealed class PlanResult : HistoryResult
{
    /// <summary>
    /// The plan of <c>down</c>; null without <c>--down</c>, or if the command failed before planning.
    /// </summary>
    public UndoPlan? UndoPlan { get; set; }

    /// <summary>The SQL that would be sent (<c>--sql</c>).</summary>
    public IReadOnlyList<PlannedSql> Sql { get; set; } = [];

    /// <summary>The lint findings in the pending scripts.</summary>
    public IReadOnlyList<Finding> Findings { get; set; } = [];

    public override JsonAnswer AddTo(JsonAnswer common) => base.AddTo(common) with
    {
        UndoPlan = JsonUndo.Of(UndoPlan),
        Sql = [.. Sql.Select(s => new JsonSql(s.Script.FileName, s.Text))],
        Findings = [.. Findings.Select(JsonFinding.Of)],
    };

    protected override void WriteAnswer(ConsoleOutput console)
    {
        if (UndoPlan is not null)
        {
            WriteDown(UndoPlan, console);
        }
        else if (Plan is not null)
        {
            WriteUp(Plan, console);
        }
    }

    private void WriteUp(Plan plan, ConsoleOutput console)
    {
        foreach (Script script in plan.Pending)
        {
            console.Answer($"would apply {script.FileName}{(script.IsTransactionOff ? " (outside a transaction)" : "")}");
        }

        WriteSql(console);
        FindingText.Write(Findings, console);
        string failure = Problems.Count > 0 ? ", but 'up' would fail" : "";
        console.Answer(plan.Pending.Count == 0
            ? $"Nothing to do{failure}; {CurrentVersion}."
            : $"{TextStyle.Count(plan.Pending.Count, "migration")} pending{failure}; {CurrentVersion}.");
    }

    private void WriteDown(UndoPlan plan, ConsoleOutput console)
    {
        foreach (PlannedUndo undo in plan.Undos)
        {
            string source = undo.IsStored ? " (stored in the database)" : "";
            console.Answer($"would undo version {undo.Entry.Version} with {undo.Script.FileName}{source}");
        }

        WriteSql(console);
        console.Answer(plan.Undos.Count == 0 || Problems.Count > 0
            ? $"Nothing would be undone; {CurrentVersion}."
            : $"{TextStyle.Count(plan.Undos.Count, "version")} would be undone; {CurrentVersion}.");
    }

    private void WriteSql(ConsoleOutput console)
    {
        foreach (PlannedSql one in Sql)
        {
            console.AnswerExecutable($"\n-- {one.Script.FileName}\n{one.Text.TrimEnd()}");
        }
    }
}
