using Migrator.Database;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>The plan while it is made.</summary>
internal sealed class PlanContext
{
    private readonly PlanRules rules;
    private readonly Dictionary<ScriptVersion, HistoryEntry> applied = [];
    private readonly ILookup<string, HistoryEntry> repeated;
    private readonly HashSet<ScriptVersion> known;
    private readonly ScriptVersion? newestScript;
    private readonly ScriptVersion? current;
    private readonly ScriptVersion? start;

    private readonly List<PlannedScript> versioned = [];
    private readonly List<PlannedScript> repeatable = [];
    private readonly List<Script> pending = [];
    private readonly List<Script> awaited = [];
    private readonly List<Problem> problems = [];
    private readonly List<Problem> gateProblems = [];
    private readonly List<Problem> warnings = [];

    public PlanContext(ScriptSet scripts, IReadOnlyList<HistoryEntry> history, PlanRules rules)
    {
        this.rules = rules;
        foreach (HistoryEntry entry in history.Where(e => e.Kind == HistoryKind.Versioned))
        {
            // The later row counts: a version that was undone by hand and applied again.
            applied[entry.Version!] = entry;
        }

        repeated = history.Where(e => e.Kind == HistoryKind.Repeatable).ToLookup(e => e.Name, StringComparer.Ordinal);
        start = history.LastOrDefault(e => e.Kind == HistoryKind.StartVersion)?.Version;
        current = applied.Keys.Max();
        known = [.. scripts.Versioned.Select(s => s.Version!)];
        newestScript = scripts.Newest;
    }

    /// <summary>Whether a version newer than every script is applied: an old image is deployed again.</summary>
    private bool IsAhead => current is not null && current.CompareTo(newestScript) > 0;

    public void AddVersioned(Script script)
    {
        if (applied.TryGetValue(script.Version!, out HistoryEntry? entry))
        {
            AddApplied(script, entry);
        }
        else if (start is not null && script.Version!.CompareTo(start) < 0)
        {
            versioned.Add(new(ScriptState.Baseline, script, null));
        }
        else if (rules.Target is not null && script.Version!.CompareTo(rules.Target) > 0)
        {
            versioned.Add(new(ScriptState.AboveTarget, script, null));
        }
        else
        {
            AddPending(script);
        }
    }

    public void AddAppliedWithoutScript()
    {
        foreach (HistoryEntry entry in applied.Values.Where(e => !known.Contains(e.Version!)))
        {
            bool ahead = entry.Version!.CompareTo(newestScript) > 0;
            versioned.Add(new(ahead ? ScriptState.Ahead : ScriptState.Missing, null, entry));
            if (!ahead)
            {
                AddProblem(stopsGate: true, new Problem("missing-script", $"version {entry.Version} is applied, but its script {entry.Name} is gone")
                {
                    Script = entry.Name,
                    Advice = "Put the script back as it was applied; an applied script is never deleted.",
                });
            }
        }

        if (IsAhead)
        {
            warnings.Add(new Problem("database-ahead", $"the database is at version {current}, ahead of the newest script here ({newestScript?.Label ?? "none"})")
            {
                Advice = "Expected when an older release is deployed again: nothing is changed, repeatable scripts are not run.",
            });
        }
    }

    public void AddRepeatable(Script script)
    {
        HistoryEntry? last = repeated[script.FileName].LastOrDefault();
        bool isLatest = last is not null && last.Checksum == script.Checksum;
        ScriptState state = script.RepeatsAlways ? ScriptState.RepeatsAlways
            : isLatest ? ScriptState.Applied
            : last is null ? ScriptState.Pending
            : ScriptState.Changed;
        repeatable.Add(new(state, script, last));

        // An old release must not put its views over those of a newer one.
        bool isLeftAlone = IsAhead && last is not null;
        if (!isLeftAlone && (!isLatest || script.RepeatsAlways))
        {
            pending.Add(script);
        }

        // Older pods must still start after a newer release replaced the view: any time will do.
        bool wasEverApplied = repeated[script.FileName].Any(e => e.Checksum == script.Checksum);
        if (!wasEverApplied && !script.RepeatsAlways && !isLeftAlone)
        {
            awaited.Add(script);
        }
    }

    public Plan ToPlan() => new()
    {
        Scripts = [.. versioned.OrderBy(s => s.Version), .. repeatable],
        Pending = pending,
        Awaited = awaited,
        Problems = problems,
        GateProblems = gateProblems,
        Warnings = warnings,
        Current = current,
    };

    private void AddApplied(Script script, HistoryEntry entry)
    {
        // A row without a checksum was put there by hand or by another tool: there is nothing to compare with.
        if (string.IsNullOrEmpty(entry.Checksum) || entry.Checksum == script.Checksum)
        {
            versioned.Add(new(ScriptState.Applied, script, entry));
            if (entry.Name != script.FileName)
            {
                warnings.Add(new Problem("renamed-script", $"{script.FileName} was applied as {entry.Name}")
                {
                    Script = script.FileName,
                    Advice = "Only the name differs. Evolve's own validation would complain; rename it back if you still use it.",
                });
            }

            return;
        }

        versioned.Add(new(ScriptState.ChecksumMismatch, script, entry));

        // A pod of before the repair carries the script as it was then, and must still start.
        bool wasValid = rules.Repaired?[script.Version!.Label].Contains(script.Checksum) == true;
        AddProblem(stopsGate: !wasValid, new Problem("checksum-mismatch", $"{script.FileName} was changed after it was applied on {entry.InstalledOn:yyyy-MM-dd HH:mm:ss}")
        {
            Script = script.FileName,
            Detail = $"applied checksum {entry.Checksum}, now {script.Checksum}",
            Advice = "Put its content back and make the change in a new script; if the edit is meant, 'migrate repair' accepts it.",
        });
    }

    private void AddPending(Script script)
    {
        bool isLate = current is not null && script.Version!.CompareTo(current) < 0;
        versioned.Add(new(isLate ? ScriptState.OutOfOrder : ScriptState.Pending, script, null));
        pending.Add(script);
        awaited.Add(script);
        if (isLate && !rules.OutOfOrder)
        {
            AddProblem(stopsGate: false, new Problem("out-of-order", $"{script.FileName} is pending, but the database is already at version {current}")
            {
                Script = script.FileName,
                Advice = $"Give it a version above {current}, or allow it with --out-of-order.",
            });
        }
    }

    private void AddProblem(bool stopsGate, Problem problem)
    {
        problems.Add(problem);
        if (stopsGate)
        {
            gateProblems.Add(problem);
        }
    }
}
