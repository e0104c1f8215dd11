using System.Text;
using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>The goal and the facts, besides scripts and history, that affect an undo plan.</summary>
/// <param name="Goal">The goal of <c>down</c>.</param>
/// <param name="Stored">The undo scripts that are stored in the database.</param>
/// <param name="PartiallyApplied">The versions that are not in the history, although some of their steps ran.</param>
/// <param name="Placeholders">The values for <c>${name}</c>; null replaces no placeholders.</param>
/// <param name="Phase">The phase whose versions are undone; null for all.</param>
/// <param name="Begun">The contract scripts that a run has begun, and that are not complete; null for none.</param>
internal sealed record UndoRules(
    UndoGoal Goal, IReadOnlyList<StoredUndo> Stored, IReadOnlyList<ScriptVersion> PartiallyApplied, PlaceholderValues? Placeholders, ScriptPhase? Phase = null, IReadOnlyList<HistoryEntry>? Begun = null);

/// <summary>Creates the plan of <c>down</c> from scripts, history and stored undo scripts. It has no side effects.</summary>
internal static class UndoPlanner
{
    /// <summary>Creates the plan.</summary>
    /// <param name="scripts">The scripts of the folders.</param>
    /// <param name="history">The rows of the history, oldest first.</param>
    /// <param name="up">The plan of <c>up</c>, whose problems can stop <c>down</c>, too.</param>
    /// <param name="rules">The goal and the facts that affect the plan.</param>
    public static UndoPlan Plan(ScriptSet scripts, IReadOnlyList<HistoryEntry> history, Plan up, UndoRules rules)
    {
        // A version has several rows if it was undone by hand and applied again. The last row counts.
        List<HistoryEntry> applied = [.. history.Where(e => e.Kind == HistoryKind.Versioned).GroupBy(e => e.Version).Select(g => g.Last())];
        if (CheckGoal(rules.Goal, applied, scripts) is { } problem)
        {
            return new UndoPlan([], [], [problem], ExitCode.Usage);
        }

        // A partially applied version depends on the versions below it, so it is undone before them.
        IEnumerable<HistoryEntry> partiallyApplied = rules.PartiallyApplied.Except(applied.Select(e => e.Version!)).Select(v => HistoryEntry.PartiallyApplied(v, rules.Begun ?? []));
        List<HistoryEntry> all = [.. applied.Concat(partiallyApplied).OrderByDescending(e => e.Version)];
        List<HistoryEntry> toUndo =
        [
            .. Select(rules.Goal, all, scripts)
                .Where(e => rules.Phase is null || ScriptName.PhaseOf(e.Name) == rules.Phase)
                // A contract script may have run after expand scripts with higher versions. What ran last is undone first.
                .OrderByDescending(e => e.IsPartiallyApplied).ThenByDescending(e => e.Id).ThenByDescending(e => e.Version),
        ];
        if (FindLater(all, toUndo) is { } later)
        {
            return new UndoPlan([], [], [later], ExitCode.HistoryMismatch);
        }

        HashSet<ScriptVersion> versionsToUndo = [.. toUndo.Select(e => e.Version!)];

        // A version that is undone needs no script in the folder. The versions that stay must agree with the history.
        HashSet<string> namesToUndo =
        [
            .. toUndo.Select(e => e.Name), .. scripts.Versioned.Where(s => versionsToUndo.Contains(s.Version!)).Select(s => s.FileName),
        ];
        List<Problem> problems = [.. up.GateProblems.Where(p => p.Id != PlanBuilder.ContractedProblem && (p.Script is null || !namesToUndo.Contains(p.Script)))];
        if (problems.Count > 0)
        {
            return new UndoPlan([], [], problems, ExitCode.HistoryMismatch);
        }

        List<PlannedUndo?> undos = [.. toUndo.Select(e => Undo(e, scripts, rules))];
        List<HistoryEntry> missing = [.. toUndo.Where((_, i) => undos[i] is null)];
        if (undos.FirstOrDefault(u => u is { IsStored: true } && rules.Stored.Any(s => s.Version.Equals(u.Entry.Version) && s.Checksum != ResolvedText.ChecksumOf(s.Content))) is { } changed)
        {
            return new UndoPlan([], [], [ChangedUndo(changed)], ExitCode.HistoryMismatch);
        }

        // If one undo script is missing, nothing is undone: a partial rollback would leave a schema that fits no release.
        return new UndoPlan(missing.Count > 0 ? [] : [.. undos.OfType<PlannedUndo>()], missing, [], ExitCode.Done);
    }

    // Without contract scripts, the versions decide the order, also for a version that was applied with --out-of-order.
    private static Problem? FindLater(List<HistoryEntry> all, List<HistoryEntry> toUndo)
    {
        foreach (HistoryEntry stays in all.Except(toUndo).Where(e => !e.IsPartiallyApplied))
        {
            if (toUndo.Find(e => !e.IsPartiallyApplied && e.Id < stays.Id && (ScriptName.PhaseOf(e.Name) == ScriptPhase.Contract || ScriptName.PhaseOf(stays.Name) == ScriptPhase.Contract)) is { } goes)
            {
                return new Problem("applied-later", $"{stays.Name} was applied after {goes.Name}, so {goes.Name} cannot be undone alone")
                {
                    Script = stays.Name,
                    Advice = "Undo both, or neither.",
                };
            }
        }

        return null;
    }

    // `up` stores the checksum of the text. A role that could write to the table may have changed only the text.
    private static Problem ChangedUndo(PlannedUndo undo) => new("undo-changed", $"the undo script {undo.Script.FileName} that is stored in the database was changed: its text does not match its checksum")
    {
        Script = undo.Script.FileName,
        Advice = "Find out who has changed it. 'migrate up' with a folder that contains the script stores it again. Or put the undo script into the folder of --dir, which takes precedence.",
    };

    private static PlannedUndo? Undo(HistoryEntry entry, ScriptSet scripts, UndoRules rules)
    {
        StoredUndo? stored = rules.Stored.FirstOrDefault(s => s.Version.Equals(entry.Version));
        if (scripts.Undo.FirstOrDefault(s => s.Version!.Equals(entry.Version)) is { } script)
        {
            // The checksum is computed with placeholders replaced, as it would be stored. A placeholder without a value is
            // reported later, when the script is checked.
            return new PlannedUndo(entry, script, IsStored: false, Differs: stored is not null && stored.Checksum != ResolvedText.Checksum(script, rules.Placeholders));
        }

        return stored is not null && ScriptName.TryParse(stored.Name, out ScriptName? name, out _)
            ? new PlannedUndo(entry, Script.FromContent(name, stored.Name, Encoding.UTF8.GetBytes(stored.Content)), IsStored: true, Differs: false)
            : null;
    }

    private static IEnumerable<HistoryEntry> Select(UndoGoal goal, List<HistoryEntry> applied, ScriptSet scripts)
    {
        if (goal.Steps is { } steps)
        {
            return applied.Take(steps);
        }

        if (goal.ToDirectory)
        {
            HashSet<ScriptVersion> inFolder = [.. scripts.Versioned.Select(s => s.Version!)];
            return applied.Where(e => !inFolder.Contains(e.Version!));
        }

        return goal.All ? applied : applied.Where(e => e.Version!.CompareTo(goal.To) > 0);
    }

    private static Problem? CheckGoal(UndoGoal goal, List<HistoryEntry> applied, ScriptSet scripts)
    {
        if (goal.To is { } to && !applied.Exists(e => e.Version!.Equals(to)))
        {
            return new Problem("not-applied", $"--to {to}: version {to} is not applied, so down cannot return to it")
            {
                Advice = "'migrate status' shows the applied versions. --to 0 undoes all versions.",
            };
        }

        if (!goal.ToDirectory)
        {
            return null;
        }

        // An empty folder is usually caused by a wrong mount. It does not mean that all versions should be undone.
        if ((scripts.NewestExpand ?? scripts.Newest) is not { } newest)
        {
            return new Problem("empty-dir", "--to-dir: the folder contains no versioned script, so there is no version to return to")
            {
                Advice = "Check --dir, and that the image or the volume contains the scripts.",
            };
        }

        return applied.Exists(e => e.Version!.Equals(newest)) ? null
            : new Problem("not-applied", $"--to-dir: the folder's newest version {newest} is not applied, so the database was not migrated from this folder")
            {
                Advice = "'migrate up' applies it. 'migrate status' shows the applied versions.",
            };
    }
}
