using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>The plan while it is made.</summary>
internal sealed class PlanContext
{
    private readonly PlanRules _rules;
    private readonly Dictionary<ScriptVersion, HistoryEntry> _applied = [];
    private readonly ILookup<string, HistoryEntry> _repeated;
    private readonly HashSet<ScriptVersion> _known;
    private readonly ScriptVersion? _newestScript;
    private readonly ScriptVersion? _current;
    private readonly ScriptVersion? _start;

    private readonly List<PlannedScript> _versioned = [];
    private readonly List<PlannedScript> _repeatable = [];
    private readonly List<Script> _pending = [];
    private readonly List<Script> _awaited = [];
    private readonly List<Problem> _problems = [];
    private readonly List<Problem> _gateProblems = [];
    private readonly List<Problem> _warnings = [];

    public PlanContext(ScriptSet scripts, IReadOnlyList<HistoryEntry> history, PlanRules rules)
    {
        _rules = rules;
        foreach (HistoryEntry entry in history.Where(e => e.Kind == HistoryKind.Versioned))
        {
            // The later row counts: a version that was undone by hand and applied again.
            _applied[entry.Version!] = entry;
        }

        _repeated = history.Where(e => e.Kind == HistoryKind.Repeatable).ToLookup(e => e.Name, StringComparer.Ordinal);
        _start = history.LastOrDefault(e => e.Kind == HistoryKind.StartVersion)?.Version;
        _current = _applied.Keys.Max();
        _known = [.. scripts.Versioned.Select(s => s.Version!)];
        _newestScript = scripts.Newest;
    }

    /// <summary>Whether a version newer than every script is applied: an old image is deployed again.</summary>
    private bool IsAhead => _current is not null && _current.CompareTo(_newestScript) > 0;

    public void AddVersioned(Script script)
    {
        if (_applied.TryGetValue(script.Version!, out HistoryEntry? entry))
        {
            AddApplied(script, entry);
        }
        else if (_start is not null && script.Version!.CompareTo(_start) < 0)
        {
            _versioned.Add(new(ScriptState.Baseline, script, null));
        }
        else if (_rules.Target is not null && script.Version!.CompareTo(_rules.Target) > 0)
        {
            _versioned.Add(new(ScriptState.AboveTarget, script, null));
        }
        else
        {
            AddPending(script);
        }
    }

    public void AddAppliedWithoutScript()
    {
        foreach (HistoryEntry entry in _applied.Values.Where(e => !_known.Contains(e.Version!)))
        {
            bool ahead = entry.Version!.CompareTo(_newestScript) > 0;
            _versioned.Add(new(ahead ? ScriptState.Ahead : ScriptState.Missing, null, entry));
            if (!ahead)
            {
                // The gate asks for what this folder holds, and that is there.
                AddProblem(stopsGate: false, new Problem("missing-script", $"version {entry.Version} is applied, but its script {entry.Name} is gone")
                {
                    Script = entry.Name,
                    Advice = "Put the script back as it was applied; an applied script is never deleted.",
                });
            }
        }

        if (IsAhead)
        {
            _warnings.Add(new Problem("database-ahead", $"the database is at version {_current}, ahead of the newest script here ({_newestScript?.Label ?? "none"})")
            {
                Advice = "Expected when an older release is deployed again: nothing is changed, repeatable scripts are not run.",
            });
        }
    }

    public void AddRepeatable(Script script)
    {
        HistoryEntry? last = _repeated[script.FileName].LastOrDefault();
        bool isLatest = last is not null && last.Checksum == script.Checksum;
        ScriptState state = script.RepeatsAlways ? ScriptState.RepeatsAlways
            : isLatest ? ScriptState.Applied
            : last is null ? ScriptState.Pending
            : ScriptState.Changed;
        _repeatable.Add(new(state, script, last));

        // An old release must not put its views over those of a newer one.
        bool isLeftAlone = IsAhead && last is not null;
        if (!isLeftAlone && (!isLatest || script.RepeatsAlways))
        {
            _pending.Add(script);
        }

        // Older pods must still start after a newer release replaced the view: any time will do.
        bool wasEverApplied = _repeated[script.FileName].Any(e => e.Checksum == script.Checksum);
        if (!wasEverApplied && !script.RepeatsAlways && !isLeftAlone)
        {
            _awaited.Add(script);
        }
    }

    public Plan ToPlan() => new()
    {
        Scripts = [.. _versioned.OrderBy(s => s.Version), .. _repeatable],
        Pending = _pending,
        Awaited = _awaited,
        Problems = _problems,
        GateProblems = _gateProblems,
        Warnings = _warnings,
        IsAhead = IsAhead,
        Current = _current,
        Start = _start,
    };

    private void AddApplied(Script script, HistoryEntry entry)
    {
        if (_rules.HalfUndone?.Contains(script.Version!) == true)
        {
            // Once it is undone it is pending: whoever needs it waits.
            _awaited.Add(script);
            AddProblem(stopsGate: false, new Problem("half-undone", $"version {script.Version} is half undone: an earlier 'down' stopped in its undo script")
            {
                Script = script.FileName,
                Advice = "Finish it with 'migrate down', then run again. "
                    + $"If you put back by hand what it took: DELETE FROM {_rules.ProgressTable} WHERE script = 'U{script.Version!.Label}'.",
            });
        }

        // A row without a checksum was put there by hand or by another tool: there is nothing to compare with.
        if (string.IsNullOrEmpty(entry.Checksum) || entry.Checksum == script.Checksum)
        {
            _versioned.Add(new(ScriptState.Applied, script, entry));
            if (entry.Name != script.FileName)
            {
                _warnings.Add(new Problem("renamed-script", $"{script.FileName} was applied as {entry.Name}")
                {
                    Script = script.FileName,
                    Advice = "Only the name differs. Evolve's own validation would complain; rename it back if you still use it.",
                });
            }

            return;
        }

        _versioned.Add(new(ScriptState.ChecksumMismatch, script, entry));

        // A pod of before the repair carries the script as it was then, and must still start.
        bool wasValid = _rules.Repaired?[script.Version!.Label].Contains(script.Checksum) == true;
        AddProblem(stopsGate: !wasValid, new Problem("checksum-mismatch", $"{script.FileName} was changed after it was applied on {entry.InstalledOn:yyyy-MM-dd HH:mm:ss}")
        {
            Script = script.FileName,
            Detail = $"applied checksum {entry.Checksum}, now {script.Checksum}",
            Advice = "Put its content back and make the change in a new script; if the edit is meant, 'migrate repair' accepts it.",
        });
    }

    private void AddPending(Script script)
    {
        bool isLate = _current is not null && script.Version!.CompareTo(_current) < 0;
        _versioned.Add(new(isLate ? ScriptState.OutOfOrder : ScriptState.Pending, script, null));
        _pending.Add(script);
        _awaited.Add(script);
        if (isLate && !_rules.OutOfOrder)
        {
            AddProblem(stopsGate: false, new Problem("out-of-order", $"{script.FileName} is pending, but the database is already at version {_current}")
            {
                Script = script.FileName,
                Advice = $"Give it a version above {_current}, or allow it with --out-of-order.",
            });
        }
    }

    private void AddProblem(bool stopsGate, Problem problem)
    {
        _problems.Add(problem);
        if (stopsGate)
        {
            _gateProblems.Add(problem);
        }
    }
}
