using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>What the planner has to know besides scripts and history.</summary>
/// <param name="Target">The last version to apply; null is the newest.</param>
/// <param name="OutOfOrder">Whether a version older than the newest applied one may run.</param>
/// <param name="Repaired">Checksums that were valid before a repair, by version; null for none.</param>
/// <param name="HalfUndone">Versions whose undo script stopped half way; null for none.</param>
/// <param name="ProgressTable">The name of the progress table, as SQL, for statements that a person is advised to run.</param>
internal sealed record PlanRules(
    ScriptVersion? Target = null,
    bool OutOfOrder = false,
    ILookup<string, string>? Repaired = null,
    IReadOnlyCollection<ScriptVersion>? HalfUndone = null,
    string ProgressTable = "changelog_progress");

/// <summary>Scripts + history → plan. Pure: reads nothing, changes nothing, so that every case can be tried.</summary>
internal static class Planner
{
    public static Plan Plan(ScriptSet scripts, IReadOnlyList<HistoryEntry> history, PlanRules rules)
    {
        var context = new PlanContext(scripts, history, rules);
        foreach (Script script in scripts.Versioned)
        {
            context.AddVersioned(script);
        }

        context.AddAppliedWithoutScript();
        foreach (Script script in scripts.Repeatable)
        {
            context.AddRepeatable(script);
        }

        return context.ToPlan();
    }
}
