using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>How a script and the history stand to each other.</summary>
internal enum ScriptState
{
    /// <summary>Applied, and unchanged since.</summary>
    Applied,

    /// <summary>Not applied yet.</summary>
    Pending,

    /// <summary>A repeatable whose content is not the one that was applied last.</summary>
    Changed,

    /// <summary>A repeatable that runs on each <c>up</c>: never pending.</summary>
    RepeatsAlways,

    /// <summary>A versioned script whose content is not the one that was applied.</summary>
    ChecksumMismatch,

    /// <summary>Applied, but the script is gone although newer ones are here.</summary>
    Missing,

    /// <summary>Applied, and newer than every script here: the database is ahead of this folder.</summary>
    Ahead,

    /// <summary>Pending, but older than the newest applied version.</summary>
    OutOfOrder,

    /// <summary>Counts as applied: it is below the version at which this database was taken over.</summary>
    Baseline,

    /// <summary>Pending, but above <c>--target</c>.</summary>
    AboveTarget,
}

/// <summary>One line of <c>status</c> and <c>plan</c>.</summary>
/// <param name="State">How script and history stand to each other.</param>
/// <param name="Script">The script; null when only the history knows it.</param>
/// <param name="Entry">The history's row; null when it was never applied.</param>
internal sealed record PlannedScript(ScriptState State, Script? Script, HistoryEntry? Entry)
{
    public string FileName => Script?.FileName ?? Entry!.Name;

    public ScriptVersion? Version => Script?.Version ?? Entry?.Version;
}

/// <summary>What a run would do, and everything that keeps it from doing it.</summary>
internal sealed record Plan
{
    /// <summary>Every script and every applied version, in order: versions, then repeatables.</summary>
    public required IReadOnlyList<PlannedScript> Scripts { get; init; }

    /// <summary>What <c>up</c> runs, in order.</summary>
    public required IReadOnlyList<Script> Pending { get; init; }

    /// <summary>What the gate still waits for: fewer than <see cref="Pending"/>, for a repeatable that was ever applied will do.</summary>
    public required IReadOnlyList<Script> Awaited { get; init; }

    /// <summary>Why <c>up</c> must not run (exit code 6).</summary>
    public required IReadOnlyList<Problem> Problems { get; init; }

    /// <summary>Those of <see cref="Problems"/> that waiting cannot mend: the gate ends with 6 at once.</summary>
    public required IReadOnlyList<Problem> GateProblems { get; init; }

    /// <summary>What a person should know, though it stops nothing.</summary>
    public required IReadOnlyList<Problem> Warnings { get; init; }

    /// <summary>Whether a version newer than every script is applied: an old image is deployed again, and owns nothing newer.</summary>
    public required bool IsAhead { get; init; }

    /// <summary>The newest applied version; null in an empty database.</summary>
    public required ScriptVersion? Current { get; init; }

    /// <summary>Every version below counts as applied, by a baseline; null where there is none.</summary>
    public ScriptVersion? Start { get; init; }
}
