using System.Text;
using Migrator.Database;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>Scripts + history + stored undo scripts → what <c>down</c> does. Pure.</summary>
internal static class UndoPlanner
{
    /// <summary>Plans the way down.</summary>
    /// <param name="scripts">The folder's scripts.</param>
    /// <param name="history">The history's rows.</param>
    /// <param name="stored">The undo scripts that the database keeps, placeholders resolved.</param>
    /// <param name="goal">How far.</param>
    /// <param name="up">What <c>up</c> would do.</param>
    /// <param name="placeholders">Their values, to compare the folder's scripts with those that are kept; null leaves scripts alone.</param>
    public static UndoPlan Plan(
        ScriptSet scripts,
        IReadOnlyList<HistoryEntry> history,
        IReadOnlyList<StoredUndo> stored,
        UndoGoal goal,
        Plan up,
        IReadOnlyDictionary<string, string>? placeholders = null)
    {
        List<HistoryEntry> applied = [.. history.Where(e => e.Kind == HistoryKind.Versioned).OrderByDescending(e => e.Version)];
        if (WrongGoal(goal, applied, scripts) is { } wrong)
        {
            return new UndoPlan([], [], [wrong], ExitCode.Usage);
        }

        List<HistoryEntry> gone = [.. Chosen(goal, applied, scripts)];
        HashSet<string> goneNames = [.. gone.Select(e => e.Name)];

        // A version that is undone needs no script here; what stays has to agree with the history.
        List<Problem> problems = [.. up.GateProblems.Where(p => p.Script is null || !goneNames.Contains(p.Script))];
        if (problems.Count > 0)
        {
            return new UndoPlan([], [], problems, ExitCode.HistoryMismatch);
        }

        var undos = new List<PlannedUndo>();
        var missing = new List<HistoryEntry>();
        foreach (HistoryEntry entry in gone)
        {
            Script? here = scripts.Undo.FirstOrDefault(s => s.Version!.Equals(entry.Version));
            StoredUndo? kept = stored.FirstOrDefault(s => s.Version.Equals(entry.Version));
            if (here is not null)
            {
                undos.Add(new PlannedUndo(entry, here, IsStored: false, Differs: kept is not null && kept.Checksum != UndoTable.ChecksumOf(ResolvedText.Resolve(here, placeholders, []).Text)));
            }
            else if (kept is not null && ScriptName.TryParse(kept.Name, out ScriptName? name, out _))
            {
                undos.Add(new PlannedUndo(entry, new Script(name, kept.Name, Encoding.UTF8.GetBytes(kept.Content)), IsStored: true, Differs: false));
            }
            else
            {
                missing.Add(entry);
            }
        }

        return new UndoPlan(undos, missing, [], ExitCode.Done);
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
