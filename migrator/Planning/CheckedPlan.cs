using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>A plan whose scripts were read and checked, with all problems that prevent the run.</summary>
/// <param name="Scripts">The pending scripts, in the order in which they run.</param>
/// <param name="Undo">The undo scripts to store: those that the database does not contain, or contains with another text.</param>
/// <param name="ExitCode">
/// The exit code of <c>up</c>: 6 if there are problems with the history, otherwise 2 if there are problems with scripts,
/// otherwise 0.
/// </param>
/// <param name="Problems">All problems.</param>
internal sealed record CheckedPlan(IReadOnlyList<CheckedScript> Scripts, IReadOnlyList<CheckedScript> Undo, ExitCode ExitCode, IReadOnlyList<Problem> Problems)
{
    /// <summary>Reads and checks the pending scripts of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="undo">The undo scripts that the database should contain.</param>
    /// <param name="storedChecksums">The checksums of the undo scripts that the database contains.</param>
    /// <param name="placeholders">The values of placeholders; null replaces no placeholders.</param>
    /// <param name="steps">The recorded steps of partially applied scripts.</param>
    /// <param name="currentSchema">The schema in which scripts create their objects; null if it is not known.</param>
    /// <param name="visitor">Receives the statements of the pending scripts; null for none.</param>
    public static CheckedPlan Of(
        Plan plan,
        IReadOnlyList<Script> undo,
        IReadOnlyDictionary<ScriptVersion, string> storedChecksums,
        PlaceholderValues? placeholders,
        ILookup<string, StepRecord> steps,
        string? currentSchema,
        IScriptVisitor? visitor = null)
    {
        var history = new List<Problem>(plan.Problems);
        var content = new List<Problem>();
        IReadOnlyList<CheckedScript> scripts = new ScriptChecker(placeholders, content, visitor, currentSchema).CheckAll(plan.Pending);

        // The undo scripts in the database were checked when they were stored.
        IReadOnlyList<CheckedScript> toStore = new ScriptChecker(placeholders, content).CheckAll(
            [.. undo.Where(s => storedChecksums.GetValueOrDefault(s.Version!) != ResolvedText.Checksum(s, placeholders))]);
        content.AddRange(scripts.SelectMany(s => PhaseOrder.CheckDirectives(s, plan)));
        if (content.Count == 0)
        {
            history.AddRange(PhaseOrder.Check(plan, scripts, placeholders).Concat(PhaseOrder.CheckApplied(plan, placeholders)));
            history.AddRange(scripts.SelectMany(s => ResumeRules.Check(s, steps[ProgressTable.KeyOf(s.Script)])));
        }

        ExitCode exitCode = history.Count > 0 ? ExitCode.HistoryMismatch : content.Count > 0 ? ExitCode.Usage : ExitCode.Done;
        return new CheckedPlan(scripts, toStore, exitCode, [.. history, .. content]);
    }

    /// <summary>Throws if the plan has problems.</summary>
    /// <exception cref="MigrateException">The plan has problems (2 or 6).</exception>
    public void ThrowIfProblems()
    {
        if (Problems.Count > 0)
        {
            throw new MigrateException(ExitCode, Problems);
        }
    }
}
