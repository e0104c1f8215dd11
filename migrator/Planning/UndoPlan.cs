using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>The goal of <c>down</c>. Exactly one of the values is set.</summary>
/// <param name="To">The version to return to, which stays applied (<c>--to</c>).</param>
/// <param name="All">Whether all versions are undone (<c>--to 0</c>).</param>
/// <param name="Steps">The number of versions to undo, newest first (<c>--steps</c>).</param>
/// <param name="ToDirectory">Whether all applied versions without a script in the folder are undone (<c>--to-dir</c>).</param>
internal sealed record UndoGoal(ScriptVersion? To = null, bool All = false, int? Steps = null, bool ToDirectory = false);

/// <summary>A version to undo.</summary>
/// <param name="Entry">The version's row in the history.</param>
/// <param name="Script">The version's undo script.</param>
/// <param name="IsStored">Whether the script comes from the database, and not from the folder.</param>
/// <param name="Differs">Whether folder and database contain different scripts. The script in the folder is used.</param>
internal sealed record PlannedUndo(HistoryEntry Entry, Script Script, bool IsStored, bool Differs);

/// <summary>The plan of <c>down</c>: the versions to undo, and the problems that stop it.</summary>
/// <param name="Undos">The versions to undo, newest first; empty if <paramref name="Missing"/> has entries.</param>
/// <param name="Missing">The versions to undo that have no undo script. If there are any, nothing is undone.</param>
/// <param name="Problems">The problems that stop <c>down</c> with <paramref name="ExitCode"/>.</param>
/// <param name="ExitCode">2 if the goal is not valid for this database, 6 if history and scripts disagree, otherwise 0.</param>
internal sealed record UndoPlan(
    IReadOnlyList<PlannedUndo> Undos, IReadOnlyList<HistoryEntry> Missing, IReadOnlyList<Problem> Problems, ExitCode ExitCode);
