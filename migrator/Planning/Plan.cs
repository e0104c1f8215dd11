using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>The state of a script, or of a row of the history without a script.</summary>
internal enum ScriptState
{
    /// <summary>The script is applied, and was not changed afterwards.</summary>
    Applied,

    /// <summary>The script is not applied yet.</summary>
    Pending,

    /// <summary>The repeatable script was changed after it was last applied, so it is pending.</summary>
    Changed,

    /// <summary>The repeatable script runs in each <c>up</c> (<c>-- evolve-repeat-always</c>). It never counts as pending.</summary>
    RepeatsAlways,

    /// <summary>The versioned script was changed after it was applied.</summary>
    ChecksumMismatch,

    /// <summary>The version is applied, but its script is missing, although the folder contains newer scripts.</summary>
    Missing,

    /// <summary>The version is applied, and newer than every script in the folder: the database is ahead of the folder.</summary>
    Ahead,

    /// <summary>The script is pending, but older than the newest applied version.</summary>
    OutOfOrder,

    /// <summary>The script counts as applied, because the database has a baseline above it.</summary>
    Baseline,

    /// <summary>The script is pending, but belongs to the phase that <c>--phase</c> leaves out.</summary>
    OtherPhase,

    /// <summary>The script is pending, but above <c>--target</c>; or it is a repeatable script that does not run because such a version is left out.</summary>
    AboveTarget,
}

/// <summary>A script of the folder, or an applied version without a script: one line of <c>status</c> and <c>plan</c>.</summary>
/// <param name="State">The state.</param>
/// <param name="Script">The script; null if the folder does not contain it.</param>
/// <param name="Entry">The row of the history; null if the script was never applied.</param>
internal sealed record PlannedScript(ScriptState State, Script? Script, HistoryEntry? Entry)
{
    /// <summary>The script's file name, or the name in the history.</summary>
    public string FileName => Script?.FileName ?? Entry!.Name;

    /// <summary>The phase.</summary>
    public ScriptPhase Phase => ScriptName.PhaseOf(FileName);

    /// <summary>The version; null for a repeatable script.</summary>
    public ScriptVersion? Version => Script?.Version ?? Entry?.Version;
}

/// <summary>The result of the comparison of scripts and history: the scripts that <c>up</c> applies, and the problems that stop it.</summary>
internal sealed record Plan
{
    /// <summary>All scripts and all applied versions, in order: versions first, then repeatable scripts.</summary>
    public required IReadOnlyList<PlannedScript> Scripts { get; init; }

    /// <summary>The scripts that <c>up</c> applies, in order.</summary>
    public required IReadOnlyList<Script> Pending { get; init; }

    /// <summary>
    /// The scripts that the gate (<c>wait</c>) waits for: those of <see cref="Pending"/>, without repeatable scripts whose
    /// current content was applied at any time.
    /// </summary>
    public required IReadOnlyList<Script> Awaited { get; init; }

    /// <summary>The pending contract scripts, in order. The gate does not wait for them.</summary>
    public required IReadOnlyList<Script> Contract { get; init; }

    /// <summary>The problems that stop <c>up</c> with exit code 6.</summary>
    public required IReadOnlyList<Problem> Problems { get; init; }

    /// <summary>
    /// The subset of <see cref="Problems"/> that another run cannot fix. If there are any, the gate exits with 6 immediately
    /// instead of waiting.
    /// </summary>
    public required IReadOnlyList<Problem> GateProblems { get; init; }

    /// <summary>The problems that stop nothing, but that the user should know.</summary>
    public required IReadOnlyList<Problem> Warnings { get; init; }

    /// <summary>
    /// Whether an applied version is newer than every script in the folder. This happens when an older image is deployed
    /// again.
    /// </summary>
    public required bool IsAhead { get; init; }

    /// <summary>The newest applied version; null if no version is applied.</summary>
    public required ScriptVersion? Current { get; init; }

    /// <summary>The start version of the baseline: all versions below it count as applied. Null for no baseline.</summary>
    public ScriptVersion? Start { get; init; }
}
