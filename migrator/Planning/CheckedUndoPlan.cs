using Migrator.Configuration;
using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>A version to undo, with its undo script, read and checked.</summary>
/// <param name="Plan">The version.</param>
/// <param name="Script">The undo script.</param>
internal sealed record CheckedUndo(PlannedUndo Plan, CheckedScript Script);

/// <summary>Checks the plan of <c>down</c>, so that all problems are found before the first undo script runs.</summary>
internal static class CheckedUndoPlan
{
    /// <summary>Reads and checks the undo scripts of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="repeatables">The repeatable scripts that run after the undo scripts.</param>
    /// <param name="options">The options.</param>
    /// <param name="steps">The recorded steps of partially undone scripts.</param>
    /// <returns>The undo scripts, in the order in which they run.</returns>
    /// <exception cref="MigrateException">
    /// The plan has problems, an undo script is missing without <c>--on-missing-undo=skip</c>, or a script is invalid.
    /// </exception>
    public static IReadOnlyList<CheckedUndo> Check(
        UndoPlan plan, IReadOnlyList<Script> repeatables, MigrateOptions options, ILookup<string, StepRecord> steps)
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

        // The placeholders of an undo script in the database were replaced when the script was stored.
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

        problems.AddRange(undos.SelectMany(u => ResumeRules.Check(u.Script, steps[ProgressTable.KeyOf(u.Script.Script)])));
        return problems.Count == 0 ? undos : throw new MigrateException(ExitCode.HistoryMismatch, problems);
    }

    /// <summary>Gets the warnings of a plan: facts that the user should know before <c>down</c> runs, but that do not stop it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="progressTable">The name of the progress table, as SQL, for a statement in the advice.</param>
    public static IEnumerable<Problem> Warnings(UndoPlan plan, string progressTable)
    {
        if (plan.Missing.Count > 0)
        {
            yield return MissingUndo(plan.Missing);
        }

        foreach (PlannedUndo undo in plan.Undos.Where(u => u.Differs))
        {
            yield return new Problem("undo-differs", $"{undo.Script.FileName} differs from the undo script stored in the database; the script in the folder is used")
            {
                Script = undo.Script.FileName,
            };
        }

        foreach (PlannedUndo undo in plan.Undos.Where(u => u.Entry.IsPartiallyApplied))
        {
            yield return new Problem("partially-applied", $"version {undo.Entry.Version} is partially applied: an earlier 'up' stopped in its script; {undo.Script.FileName} runs on the partially applied schema")
            {
                Script = undo.Script.FileName,
                Advice = "If it fails because an object does not exist: undo by hand what the migration has changed, run "
                    + $"DELETE FROM {progressTable} WHERE script = '{ProgressTable.KeyOf(undo.Entry.Version!)}', and run again.",
            };
        }
    }

    // The versions that cannot be undone, because they have no undo script.
    private static Problem MissingUndo(IReadOnlyList<HistoryEntry> missing)
        => new("missing-undo", $"NOTHING IS UNDONE: neither the folder nor the database has an undo script for {string.Join(", ", missing.Select(e => $"version {e.Version} ({e.Name})"))}")
        {
            Advice = "The schema is unchanged. Add the undo scripts (U<version>__….sql) and run 'migrate up' once to store them, or fix the schema with a new migration.",
        };
}
