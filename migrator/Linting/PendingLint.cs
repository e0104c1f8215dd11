using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Scripts;
using Migrator.Sql.Changes;

namespace Migrator.Linting;

/// <summary>Lints the pending scripts of a plan.</summary>
internal static class PendingLint
{
    /// <summary>Creates a linter that has read the applied scripts. The tables that they created are in use.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">The options.</param>
    /// <param name="currentSchema">The schema in which scripts create their objects; null if there is none.</param>
    public static Linter Start(Plan plan, MigrateOptions options, string? currentSchema)
    {
        var linter = new Linter(options.LockTimeout is not null, new NewTables(currentSchema), plan.Scripts.Any(s => s.Script?.Phase == ScriptPhase.Contract));
        linter.AddPrevious(
            [.. plan.Scripts.Where(s => s.State is ScriptState.Applied or ScriptState.Baseline).Select(s => s.Script).OfType<Script>()],
            PlaceholderValues.WithNameAsDefault(options.Placeholders));
        return linter;
    }

    /// <summary>
    /// Reads the pending scripts and returns the findings in them. Returns none if a script cannot be read again, because the scripts may
    /// be applied already and the run must not fail for that.
    /// </summary>
    public static IReadOnlyList<Finding> Find(Plan plan, MigrateOptions options, string? currentSchema)
    {
        try
        {
            Linter linter = Start(plan, options, currentSchema);
            new ScriptChecker(PlaceholderValues.Of(options.Placeholders), [], linter).CheckAll(plan.Pending);
            return linter.Findings;
        }
        catch (Exception e) when (e is MigrateException or OutOfMemoryException)
        {
            return [];
        }
    }
}
