using Migrator.Configuration;
using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>A version that is undone, and its undo script.</summary>
/// <param name="Plan">The version.</param>
/// <param name="Script">Its undo script.</param>
internal sealed record CheckedUndo(PlannedUndo Plan, CheckedScript Script);

/// <summary>What <c>down</c> would meet. Everything that stops it is found before the first undo script runs.</summary>
internal static class CheckedUndoPlan
{
    /// <summary>The undo scripts, checked.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="repeatables">The repeatable scripts that run after them.</param>
    /// <param name="options">The options.</param>
    /// <param name="progress">How far earlier runs got.</param>
    /// <exception cref="MigrateException">The plan has problems, an undo script is missing and that is not to be skipped, or a script is wrong.</exception>
    public static IReadOnlyList<CheckedUndo> Check(
        UndoPlan plan, IReadOnlyList<Script> repeatables, MigrateOptions options, ILookup<string, StepRecord> progress)
    {
        if (plan.Problems.Count > 0)
        {
            throw new MigrateException(plan.ExitCode, plan.Problems);
        }

        if (plan.Missing.Count > 0 && !options.SkipMissingUndo)
        {
            throw new MigrateException(ExitCode.Usage, MissingUndo(plan.Missing));
        }

        var problems = new List<Problem>();
        var placeholders = PlaceholderValues.Of(options.Placeholders);

        // The placeholders of what the database keeps were replaced when it was stored.
        CheckedUndo[] undos =
        [
            .. plan.Undos.Select(u => new CheckedUndo(u, new ScriptChecker(u.IsStored ? null : placeholders, problems).Check(u.Script))),
        ];
        if (plan.Undos.Count > 0)
        {
            new ScriptChecker(placeholders, problems).CheckAll(repeatables);
        }

        if (problems.Count > 0)
        {
            throw new MigrateException(ExitCode.Usage, problems);
        }

        problems.AddRange(undos.SelectMany(u => ResumeRules.Check(u.Script, progress[ProgressTable.KeyOf(u.Script.Script)])));
        return problems.Count == 0 ? undos : throw new MigrateException(ExitCode.HistoryMismatch, problems);
    }

    /// <summary>Versions that cannot be undone.</summary>
    public static Problem MissingUndo(IReadOnlyList<HistoryEntry> missing)
        => new("missing-undo", $"NOTHING IS UNDONE: neither the folder nor the database has an undo script for {string.Join(", ", missing.Select(e => $"version {e.Version} ({e.Name})"))}")
        {
            Advice = "The schema stays as it is. Add the undo scripts (U<version>__….sql) and run 'migrate up' once to keep them, or go forward with a new migration.",
        };

    /// <summary>What a person should know before it begins.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="progressTable">The name of the progress table, as SQL.</param>
    public static IEnumerable<Problem> Warnings(UndoPlan plan, string progressTable)
        => plan.Undos.Where(u => u.Differs).Select(u => new Problem("undo-differs", $"{u.Script.FileName} differs from the one that the database keeps; the folder's is used")
        {
            Script = u.Script.FileName,
        }).Concat(plan.Undos.Where(u => u.Entry.IsHalfApplied).Select(u => new Problem("half-applied", $"version {u.Entry.Version} is half applied: an earlier 'up' stopped in its script; {u.Script.FileName} runs on what is there")
        {
            Script = u.Script.FileName,
            Advice = "Should it fail because something is not there: take back by hand what that script did, "
                + $"DELETE FROM {progressTable} WHERE script = '{ProgressTable.KeyOf(u.Entry.Version!)}', and run again.",
        }));
}
