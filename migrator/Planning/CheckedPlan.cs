using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>What a run would meet: the pending scripts, checked, and everything that keeps them from being applied.</summary>
/// <param name="Scripts">The pending scripts, in the order in which they run.</param>
/// <param name="Undo">The undo scripts that the database does not keep yet, or not as they are now.</param>
/// <param name="ExitCode">What <c>up</c> exits with: 0, or the code of the first kind of problem.</param>
/// <param name="Problems">All problems.</param>
internal sealed record CheckedPlan(IReadOnlyList<CheckedScript> Scripts, IReadOnlyList<CheckedScript> Undo, ExitCode ExitCode, IReadOnlyList<Problem> Problems)
{
    /// <summary>Checks what is pending.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="undo">The undo scripts that the database is to keep.</param>
    /// <param name="kept">The checksums of those that it keeps.</param>
    /// <param name="placeholders">The values of placeholders; null leaves scripts as they are.</param>
    /// <param name="progress">How far earlier runs got.</param>
    /// <param name="visitor">Sees the statements of the pending scripts, too; null for none.</param>
    public static CheckedPlan Of(
        Plan plan,
        IReadOnlyList<Script> undo,
        IReadOnlyDictionary<ScriptVersion, string> kept,
        PlaceholderValues? placeholders,
        ILookup<string, StepRecord> progress,
        IScriptVisitor? visitor = null)
    {
        var history = new List<Problem>(plan.Problems);
        var content = new List<Problem>();
        IReadOnlyList<CheckedScript> scripts = new ScriptChecker(placeholders, content, visitor).CheckAll(plan.Pending);

        // What the database keeps was checked when it was stored.
        IReadOnlyList<CheckedScript> toKeep = new ScriptChecker(placeholders, content).CheckAll(
            [.. undo.Where(s => kept.GetValueOrDefault(s.Version!) != ResolvedText.Checksum(s, placeholders))]);
        if (content.Count == 0)
        {
            history.AddRange(scripts.SelectMany(s => ResumeRules.Check(s, progress[ProgressTable.KeyOf(s.Script)])));
        }

        ExitCode exitCode = history.Count > 0 ? ExitCode.HistoryMismatch : content.Count > 0 ? ExitCode.Usage : ExitCode.Done;
        return new CheckedPlan(scripts, toKeep, exitCode, [.. history, .. content]);
    }

    /// <summary>Ends the run if there are problems.</summary>
    /// <exception cref="MigrateException">There are.</exception>
    public void ThrowIfWrong()
    {
        if (Problems.Count > 0)
        {
            throw new MigrateException(ExitCode, Problems);
        }
    }
}
