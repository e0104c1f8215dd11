using System.Text;
using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>What the planner of the way down has to know besides scripts and history.</summary>
/// <param name="Goal">How far down.</param>
/// <param name="Stored">The undo scripts that the database keeps.</param>
/// <param name="HalfApplied">Versions that are not in the history, but of which some steps ran.</param>
/// <param name="Placeholders">Values for <c>${name}</c>; null leaves scripts alone.</param>
internal sealed record UndoRules(
    UndoGoal Goal, IReadOnlyList<StoredUndo> Stored, IReadOnlyList<ScriptVersion> HalfApplied, PlaceholderValues? Placeholders);

/// <summary>Scripts + history + stored undo scripts → what <c>down</c> does. Pure.</summary>
internal static class UndoPlanner
{
    public static UndoPlan Plan(ScriptSet scripts, IReadOnlyList<HistoryEntry> history, Plan up, UndoRules rules)
    {
        // The later row counts: a version that was undone by hand and applied again.
        List<HistoryEntry> applied = [.. history.Where(e => e.Kind == HistoryKind.Versioned).GroupBy(e => e.Version).Select(g => g.Last())];
        if (WrongGoal(rules.Goal, applied, scripts) is { } wrong)
        {
            return new UndoPlan([], [], [wrong], ExitCode.Usage);
        }

        // What a failed 'up' left half done stands on what it stands above: it has to go first.
        IEnumerable<HistoryEntry> half = rules.HalfApplied.Except(applied.Select(e => e.Version!)).Select(HistoryEntry.HalfApplied);
        List<HistoryEntry> gone = [.. Chosen(rules.Goal, [.. applied.Concat(half).OrderByDescending(e => e.Version)], scripts)];
        HashSet<ScriptVersion> goneVersions = [.. gone.Select(e => e.Version!)];

        // A version that is undone needs no script here; what stays has to agree with the history.
        HashSet<string> goneNames =
        [
            .. gone.Select(e => e.Name), .. scripts.Versioned.Where(s => goneVersions.Contains(s.Version!)).Select(s => s.FileName),
        ];
        List<Problem> problems = [.. up.GateProblems.Where(p => p.Script is null || !goneNames.Contains(p.Script))];
        if (problems.Count > 0)
        {
            return new UndoPlan([], [], problems, ExitCode.HistoryMismatch);
        }

        List<PlannedUndo?> undos = [.. gone.Select(e => Undo(e, scripts, rules))];
        List<HistoryEntry> missing = [.. gone.Where((_, i) => undos[i] is null)];

        // Half a way back is no way back.
        return new UndoPlan(missing.Count > 0 ? [] : [.. undos.OfType<PlannedUndo>()], missing, [], ExitCode.Done);
    }

    private static PlannedUndo? Undo(HistoryEntry entry, ScriptSet scripts, UndoRules rules)
    {
        StoredUndo? kept = rules.Stored.FirstOrDefault(s => s.Version.Equals(entry.Version));
        if (scripts.Undo.FirstOrDefault(s => s.Version!.Equals(entry.Version)) is { } here)
        {
            // As it would be kept; a placeholder without a value is found when the script is prepared.
            return new PlannedUndo(entry, here, IsStored: false, Differs: kept is not null && kept.Checksum != ResolvedText.Checksum(here, rules.Placeholders));
        }

        return kept is not null && ScriptName.TryParse(kept.Name, out ScriptName? name, out _)
            ? new PlannedUndo(entry, Script.FromContent(name, kept.Name, Encoding.UTF8.GetBytes(kept.Content)), IsStored: true, Differs: false)
            : null;
    }

    private static IEnumerable<HistoryEntry> Chosen(UndoGoal goal, List<HistoryEntry> applied, ScriptSet scripts)
    {
        if (goal.Steps is { } steps)
        {
            return applied.Take(steps);
        }

        if (goal.ToDirectory)
        {
            HashSet<ScriptVersion> here = [.. scripts.Versioned.Select(s => s.Version!)];
            return applied.Where(e => !here.Contains(e.Version!));
        }

        return goal.ToNothing ? applied : applied.Where(e => e.Version!.CompareTo(goal.To) > 0);
    }

    private static Problem? WrongGoal(UndoGoal goal, List<HistoryEntry> applied, ScriptSet scripts)
    {
        if (goal.To is { } to && !applied.Exists(e => e.Version!.Equals(to)))
        {
            return new Problem("not-applied", $"--to {to}: version {to} is not applied, so it cannot be what stays")
            {
                Advice = "'migrate status' shows what is applied; --to 0 undoes everything.",
            };
        }

        if (!goal.ToDirectory)
        {
            return null;
        }

        // An empty folder is a mistake in a mount, not a wish to undo everything.
        if (scripts.Newest is not { } newest)
        {
            return new Problem("empty-dir", "--to-dir: the folder holds no versioned script, so there is nothing to go back to")
            {
                Advice = "Check --dir and that the image or the volume holds the scripts.",
            };
        }

        return applied.Exists(e => e.Version!.Equals(newest)) ? null
            : new Problem("not-applied", $"--to-dir: the folder's newest version {newest} is not applied, so this folder is not where the database came from")
            {
                Advice = "'migrate up' applies it; 'migrate status' shows what is applied.",
            };
    }
}
