using Migrator.Configuration;
using Migrator.Database;
using Migrator.Planning;

namespace Migrator.Execution;

/// <summary>What the way down would meet: everything that stops it is found before the first undo runs.</summary>
internal static class DownAssessment
{
    /// <summary>The undo scripts, checked.</summary>
    /// <exception cref="MigrateException">The plan has problems, an undo script is missing and that is not to be skipped, or one is wrong.</exception>
    public static IReadOnlyList<(PlannedUndo Plan, PreparedScript Script)> Check(UndoPlan plan, MigrateOptions options)
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
        var checkedUndos = new List<(PlannedUndo, PreparedScript)>();
        foreach (PlannedUndo undo in plan.Undos)
        {
            // What the database keeps had its placeholders resolved when it was kept.
            checkedUndos.Add((undo, PreparedScript.PrepareAll([undo.Script], undo.IsStored ? null : options.Placeholders, problems)[0]));
        }

        return problems.Count == 0 ? checkedUndos : throw new MigrateException(ExitCode.Usage, problems);
    }

    /// <summary>Versions that cannot be undone.</summary>
    public static Problem MissingUndo(IReadOnlyList<HistoryEntry> missing)
        => new("missing-undo", $"NOTHING IS UNDONE: neither the folder nor the database has an undo script for {string.Join(", ", missing.Select(e => $"version {e.Version} ({e.Name})"))}")
        {
            Advice = "The schema stays as it is. Add the undo scripts (U<version>__….sql) and run 'migrate up' once to keep them, or go forward with a new migration.",
        };

    /// <summary>Undo scripts of which folder and database hold different ones.</summary>
    public static IEnumerable<Problem> Differences(UndoPlan plan)
        => plan.Undos.Where(u => u.Differs).Select(u => new Problem("undo-differs", $"{u.Script.FileName} differs from the one that the database keeps; the folder's is used")
        {
            Script = u.Script.FileName,
        });
}
