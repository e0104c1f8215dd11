using Migrator.Configuration;
using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>What a run would meet: the pending scripts, checked, and everything that keeps them from being applied.</summary>
/// <param name="Scripts">The pending scripts.</param>
/// <param name="Undo">The undo scripts that are not kept in the database yet, or not as they are now.</param>
/// <param name="ExitCode">What <c>up</c> answers: 0, or the code of the first kind of problem.</param>
/// <param name="Problems">All of them.</param>
internal sealed record CheckedPlan(IReadOnlyList<CheckedScript> Scripts, IReadOnlyList<CheckedScript> Undo, ExitCode ExitCode, IReadOnlyList<Problem> Problems)
{
    /// <summary>Checks what is pending.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="undo">The undo scripts that may have to be kept.</param>
    /// <param name="kept">The checksums of those that are kept.</param>
    /// <param name="options">The options.</param>
    /// <param name="progress">How far earlier runs got.</param>
    public static CheckedPlan Of(
        Plan plan,
        IReadOnlyList<Script> undo,
        IReadOnlyDictionary<ScriptVersion, string> kept,
        MigrateOptions options,
        ILookup<string, StepProgress> progress)
    {
        var history = new List<Problem>(plan.Problems);
        var content = new List<Problem>();
        IReadOnlyList<CheckedScript> scripts = CheckedScript.PrepareAll(plan.Pending, options.Placeholders, content);
        IReadOnlyList<CheckedScript> toKeep =
        [
            .. CheckedScript.PrepareAll(undo, options.Placeholders, content)
                .Where(s => kept.GetValueOrDefault(s.Script.Version!) != UndoTable.ChecksumOf(s.Text)),
        ];
        if (content.Count == 0)
        {
            history.AddRange(scripts.Where(s => s.Script.IsTransactionOff)
                .SelectMany(s => ResumeRules.Check(s, progress[ProgressTable.KeyOf(s.Script)])));
        }

        ExitCode exitCode = history.Count > 0 ? ExitCode.HistoryMismatch : content.Count > 0 ? ExitCode.Usage : ExitCode.Done;
        return new CheckedPlan(scripts, toKeep, exitCode, [.. history, .. content]);
    }

    /// <summary>Ends the run where something is wrong.</summary>
    /// <exception cref="MigrateException">Something is.</exception>
    public void ThrowIfWrong()
    {
        if (Problems.Count > 0)
        {
            throw new MigrateException(ExitCode, Problems);
        }
    }
}
