using System.Collections.Concurrent;
using Migrator.Execution;
using Migrator.Scripts;

namespace Migrator.Reporting.Results;

/// <summary>Result of a command that changes the database under the run lock.</summary>
internal abstract class ChangeResult : HistoryResult
{
    private readonly ConcurrentQueue<AppliedScript> _applied = new();
    private readonly ConcurrentQueue<UndoneScript> _undone = new();

    /// <summary>The scripts that this run applied, in order.</summary>
    public IReadOnlyCollection<AppliedScript> Applied => _applied;

    /// <summary>The versions that this run undid, in order.</summary>
    public IReadOnlyCollection<UndoneScript> Undone => _undone;

    /// <summary>The running statement that can commit its work in batches; null for none.</summary>
    public CommittingStatement? Committing { get; set; }

    public override ScriptVersion? Version
        => Applied.Select(a => a.Script.Version).Concat(PlannedVersions).Except(Undone.Select(u => u.Undo.Entry.Version)).Max();

    /// <summary>Adds a script that was applied.</summary>
    public void Add(AppliedScript applied) => _applied.Enqueue(applied);

    /// <summary>Adds a version that was undone.</summary>
    public void Add(UndoneScript undone) => _undone.Enqueue(undone);

    public override Problem Interrupted(Problem problem) => Committing?.AddTo(problem) ?? problem;

    public override JsonAnswer AddTo(JsonAnswer common)
    {
        JsonAnswer answer = base.AddTo(common);
        return answer with
        {
            Applied = [.. Applied.Select(JsonApplied.Of)],
            Undone = [.. Undone.Select(JsonUndone.Of)],
            Pending = [.. answer.Pending.Except(Applied.Select(a => a.Script.FileName))],
        };
    }
}
