using System.Globalization;
using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>Compares scripts with the history, one by one, and builds the plan. See <see cref="Planner"/> for the order of the calls.</summary>
internal sealed class PlanBuilder
{
    private readonly PlanRules _rules;
    private readonly Dictionary<ScriptVersion, HistoryEntry> _applied = [];
    private readonly ILookup<string, HistoryEntry> _appliedRepeatables;
    private readonly HashSet<ScriptVersion> _scriptVersions;
    private readonly ScriptVersion? _newestScript;
    private readonly ScriptVersion? _current;
    private readonly ScriptVersion? _start;

    private readonly List<PlannedScript> _versioned = [];
    private readonly List<PlannedScript> _repeatable = [];
    private readonly List<Script> _pending = [];
    private readonly List<Script> _awaited = [];
    private readonly List<Script> _contract = [];
    private readonly List<Problem> _problems = [];
    private readonly List<Problem> _gateProblems = [];
    private readonly List<Problem> _warnings = [];

    /// <summary>Starts to build a plan.</summary>
    /// <param name="scripts">The scripts of the folders.</param>
    /// <param name="history">The rows of the history, oldest first.</param>
    /// <param name="rules">The options that affect the plan.</param>
    public PlanBuilder(ScriptSet scripts, IReadOnlyList<HistoryEntry> history, PlanRules rules)
    {
        _rules = rules;
        foreach (HistoryEntry entry in history.Where(e => e.Kind == HistoryKind.Versioned))
        {
            // A version has several rows if it was undone by hand and applied again. The last row counts.
            _applied[entry.Version!] = entry;
        }

        _appliedRepeatables = history.Where(e => e.Kind == HistoryKind.Repeatable).ToLookup(e => e.Name, StringComparer.Ordinal);
        _start = history.LastOrDefault(e => e.Kind == HistoryKind.StartVersion)?.Version;
        _current = _applied.Keys.Max();
        _scriptVersions = [.. scripts.Versioned.Select(s => s.Version!)];
        _newestScript = scripts.Newest;
    }

    /// <summary>The id of the problem that the database was contracted beyond the folder. It stops only the gate.</summary>
    public const string ContractedProblem = "contracted";

    // The repeatable scripts of a folder are written for its newest version, and can use what the left-out versions create.
    private bool IsBelowNewest => _versioned.Exists(s => s.State == ScriptState.AboveTarget);

    private bool IsAhead => _current is not null && _current.CompareTo(_newestScript) > 0;

    /// <summary>Adds a versioned script.</summary>
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

    /// <summary>Adds the applied versions that have no script in the folder.</summary>
    public void AddAppliedWithoutScript()
    {
        foreach (HistoryEntry entry in _applied.Values.Where(e => !_scriptVersions.Contains(e.Version!)))
        {
            bool ahead = entry.Version!.CompareTo(_newestScript) > 0;
            _versioned.Add(new(ahead ? ScriptState.Ahead : ScriptState.Missing, null, entry));
            if (ScriptName.PhaseOf(entry.Name) == ScriptPhase.Contract)
            {
                AddContracted(entry, "was applied");
            }

            if (!ahead)
            {
                // The gate passes: all scripts in the folder are applied, and the application needs nothing else.
                AddProblem(stopsGate: false, new Problem("missing-script", $"version {entry.Version} is applied, but its script {entry.Name} is missing")
                {
                    Script = entry.Name,
                    Advice = "Restore the script as it was applied. Never delete an applied script.",
                });
            }
        }

        foreach (HistoryEntry begun in (_rules.Begun ?? []).Where(e => !_scriptVersions.Contains(e.Version!)).DistinctBy(e => e.Version))
        {
            AddContracted(begun, "has begun");
        }

        if (IsAhead && _rules.FailIfAhead)
        {
            IEnumerable<string> newer = _versioned.Where(s => s.State == ScriptState.Ahead).OrderBy(s => s.Entry!.Version)
                .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Entry!.Name} (since {s.Entry.InstalledOn:yyyy-MM-dd HH:mm:ss})"));
            AddProblem(stopsGate: false, new Problem("database-ahead", $"the database is at version {_current}, ahead of the newest script in the folder ({_newestScript?.Label ?? "none"}): {string.Join(", ", newer)}")
            {
                Advice = "A newer release has migrated the database. Deploy the newer release. To deploy this older one in any case, use --ahead=pass.",
            });
        }
        else if (IsAhead)
        {
            _warnings.Add(new Problem("database-ahead", $"the database is at version {_current}, ahead of the newest script in the folder ({_newestScript?.Label ?? "none"})")
            {
                Advice = "This is expected when an older release is deployed again. Nothing is changed, and repeatable scripts are not run.",
            });
        }
    }

    /// <summary>Adds a repeatable script. All versioned scripts must be added before.</summary>
    public void AddRepeatable(Script script)
    {
        HistoryEntry? last = _appliedRepeatables[script.FileName].LastOrDefault();
        bool isLatest = last is not null && last.Checksum == script.Checksum;
        if (IsBelowNewest && (!isLatest || script.RepeatsAlways))
        {
            _repeatable.Add(new(ScriptState.AboveTarget, script, last));
            return;
        }

        ScriptState state = script.RepeatsAlways ? ScriptState.RepeatsAlways
            : isLatest ? ScriptState.Applied
            : last is null ? ScriptState.Pending
            : ScriptState.Changed;
        _repeatable.Add(new(state, script, last));

        // An older release must not replace the views of a newer release. But it recreates its own, if a contract script has dropped one.
        bool isKept = IsAhead && last is not null && last.RepeatedChecksum != script.Checksum;

        // Repeatable scripts belong to the expand phase, unless a contract script has dropped one of their objects.
        if (!isKept && (_rules.Phase != ScriptPhase.Contract || last?.RepeatedChecksum == script.Checksum) && (!isLatest || script.RepeatsAlways))
        {
            _pending.Add(script);
        }

        // Pods of an older release must still start after a newer release has replaced the view. So the gate does not wait for
        // a script whose content was applied at any time.
        bool wasEverApplied = last?.RepeatedChecksum is null && _appliedRepeatables[script.FileName].Any(e => e.Checksum == script.Checksum);
        if (!wasEverApplied && !script.RepeatsAlways && !isKept)
        {
            _awaited.Add(script);
        }
    }

    /// <summary>Builds the plan, after all scripts were added.</summary>
    public Plan Build() => new()
    {
        Scripts = [.. _versioned.OrderBy(s => s.Version), .. _repeatable],
        Pending = _pending,
        Awaited = _awaited,
        Contract = _contract,
        Problems = _problems,
        GateProblems = _gateProblems,
        Warnings = [.. _warnings, .. LeftOutRepeatables()],
        IsAhead = IsAhead,
        Current = _current,
        Start = _start,
    };

    private IEnumerable<Problem> LeftOutRepeatables()
    {
        string[] names = [.. _repeatable.Where(s => s.State == ScriptState.AboveTarget).Select(s => s.FileName)];
        if (names.Length > 0)
        {
            yield return new Problem("repeatable-above-target", $"--target {_rules.Target} leaves out newer versions, so these repeatable scripts do not run: {string.Join(", ", names)}")
            {
                Advice = "A repeatable script can need the newest version. It runs in the next 'up' that leaves out no version.",
            };
        }
    }

    private void AddApplied(Script script, HistoryEntry entry)
    {
        if (_rules.PartiallyUndone?.Contains(script.Version!) == true)
        {
            // The version is pending when its undo has finished. Until then, the gate waits for it.
            _awaited.Add(script);
            AddProblem(stopsGate: false, new Problem("partially-undone", $"version {script.Version} is partially undone: an earlier 'down' stopped in its undo script")
            {
                Script = script.FileName,
                Advice = "Complete the undo with 'migrate down', then run again. "
                    + $"If you restored by hand what the undo script removed: DELETE FROM {_rules.ProgressTable} WHERE script = 'U{script.Version!.Label}'.",
            });
        }

        // A row without a checksum was written by hand or by another tool, so the script cannot be compared.
        if (string.IsNullOrEmpty(entry.Checksum) || entry.Checksum == script.Checksum)
        {
            _versioned.Add(new(ScriptState.Applied, script, entry));
            if (entry.Name != script.FileName)
            {
                _warnings.Add(new Problem("renamed-script", $"{script.FileName} was applied as {entry.Name}")
                {
                    Script = script.FileName,
                    Advice = "Only the name differs. Evolve's own validation would fail: rename the script back if you still use Evolve.",
                });
            }

            return;
        }

        _versioned.Add(new(ScriptState.ChecksumMismatch, script, entry));

        // A pod that was created before the repair has an image with the old script. Such a pod must still start.
        bool wasValid = _rules.Repaired?[script.Version!.Label].Contains(script.Checksum) == true;
        AddProblem(stopsGate: !wasValid, new Problem("checksum-mismatch", $"{script.FileName} was changed after it was applied on {entry.InstalledOn:yyyy-MM-dd HH:mm:ss}")
        {
            Script = script.FileName,
            Detail = $"applied checksum {entry.Checksum}, now {script.Checksum}",
            Advice = "Restore its content and make the change in a new script. If the edit is intended, accept it with 'migrate repair'.",
        });
    }

    private void AddPending(Script script)
    {
        // A contract script may run after expand scripts with higher versions.
        bool isContract = script.Phase == ScriptPhase.Contract;
        bool isLate = !isContract && _current is not null && script.Version!.CompareTo(_current) < 0;
        bool isInPhase = _rules.Phase is null || _rules.Phase == script.Phase;
        _versioned.Add(new(!isInPhase ? ScriptState.OtherPhase : isLate ? ScriptState.OutOfOrder : ScriptState.Pending, script, null));
        (isContract ? _contract : _awaited).Add(script);
        if (!isInPhase)
        {
            return;
        }

        _pending.Add(script);
        if (isLate && !_rules.OutOfOrder)
        {
            AddProblem(stopsGate: false, new Problem("out-of-order", $"{script.FileName} is pending, but the database is already at version {_current}")
            {
                Script = script.FileName,
                Advice = $"Give it a version above {_current}, or allow it with --out-of-order.",
            });
        }
    }

    // A contract script removes something that a version of the application without the script may use.
    private void AddContracted(HistoryEntry entry, string what)
    {
        if (_rules.AllowContracted?.Contains(entry.Version!) != true)
        {
            _gateProblems.Add(new Problem(ContractedProblem, $"the contract script {entry.Name} {what}, and this folder does not have it: it removes something that this version may use")
            {
                Script = entry.Name,
                Advice = $"Deploy a version that contains it, or undo it with 'migrate down --phase contract'. If this version does not use what it removes, allow it with --allow-contracted={entry.Version!.Label}.",
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
