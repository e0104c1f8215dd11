using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>The options and facts, besides scripts and history, that affect a plan.</summary>
/// <param name="Target">The last version to apply; null for the newest.</param>
/// <param name="OutOfOrder">Whether a version older than the newest applied version may run.</param>
/// <param name="FailIfAhead">Whether it is a problem that the database has newer versions than the folder.</param>
/// <param name="Phase">The phase whose scripts run; null for all scripts.</param>
/// <param name="AllowContracted">The versions of contract scripts without a script in the folder that do not stop the gate.</param>
/// <param name="Begun">The contract scripts that a run has begun, and that are not complete.</param>
/// <param name="Repaired">The checksums that were valid before a repair, by version; null for none.</param>
/// <param name="PartiallyUndone">The versions whose undo script stopped before its last statement; null for none.</param>
/// <param name="ProgressTable">The name of the progress table, as SQL, for statements in advice.</param>
internal sealed record PlanRules(
    ScriptVersion? Target = null,
    bool OutOfOrder = false,
    bool FailIfAhead = false,
    ScriptPhase? Phase = null,
    IReadOnlyList<ScriptVersion>? AllowContracted = null,
    IReadOnlyList<HistoryEntry>? Begun = null,
    ILookup<string, string>? Repaired = null,
    IReadOnlyCollection<ScriptVersion>? PartiallyUndone = null,
    string ProgressTable = "changelog_progress");

/// <summary>Creates the plan of <c>up</c> from scripts and history. It has no side effects, so tests can cover every case.</summary>
internal static class Planner
{
    /// <summary>Creates the plan.</summary>
    /// <param name="scripts">The scripts of the folders.</param>
    /// <param name="history">The rows of the history, oldest first.</param>
    /// <param name="rules">The options and facts that affect the plan.</param>
    public static Plan Plan(ScriptSet scripts, IReadOnlyList<HistoryEntry> history, PlanRules rules)
    {
        var context = new PlanBuilder(scripts, history, rules);
        foreach (Script script in scripts.Versioned)
        {
            context.AddVersioned(script);
        }

        context.AddAppliedWithoutScript();
        foreach (Script script in scripts.Repeatable)
        {
            context.AddRepeatable(script);
        }

        return context.Build();
    }
}
