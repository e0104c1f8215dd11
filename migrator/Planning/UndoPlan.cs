using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>How far down: exactly one of these is given.</summary>
/// <param name="To">The version that stays applied.</param>
/// <param name="ToNothing">None stays applied (<c>--to 0</c>).</param>
/// <param name="Steps">How many versions, newest first.</param>
/// <param name="ToDirectory">Every applied version that is absent from the folder.</param>
internal sealed record UndoGoal(ScriptVersion? To = null, bool ToNothing = false, int? Steps = null, bool ToDirectory = false);

/// <summary>A version that would be undone.</summary>
/// <param name="Entry">Its row in the history.</param>
/// <param name="Script">Its undo script.</param>
/// <param name="IsStored">Whether the script comes from the database; otherwise from the folder.</param>
/// <param name="Differs">Whether folder and database hold different ones: the folder's wins.</param>
internal sealed record PlannedUndo(HistoryEntry Entry, Script Script, bool IsStored, bool Differs);

/// <summary>What <c>down</c> would do, newest first, and everything that keeps it from doing it.</summary>
/// <param name="Undos">What would be undone.</param>
/// <param name="Missing">Versions that have to be undone and have no undo script: then nothing is.</param>
/// <param name="Problems">Why it must not run, with <paramref name="ExitCode"/>.</param>
/// <param name="ExitCode">2 for a goal that makes no sense here, 6 where history and scripts disagree, 0 otherwise.</param>
internal sealed record UndoPlan(
    IReadOnlyList<PlannedUndo> Undos, IReadOnlyList<HistoryEntry> Missing, IReadOnlyList<Problem> Problems, ExitCode ExitCode);
