using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Linting;

/// <summary>Lints what is pending, on what is applied.</summary>
internal static class PendingLint
{
    /// <summary>A linter that has seen what is applied: the tables that applied scripts created are in use.</summary>
    public static Linter Start(Plan plan, MigrateOptions options)
    {
        var linter = new Linter(options.LockTimeout is not null);
        linter.AddBefore(
            [.. plan.Scripts.Where(s => s.State is ScriptState.Applied or ScriptState.Baseline).Select(s => s.Script).OfType<Script>()],
            PlaceholderValues.WithNameAsDefault(options.Placeholders));
        return linter;
    }

    /// <summary>The findings in the pending scripts, which are read for that.</summary>
    public static IReadOnlyList<Finding> Find(Plan plan, MigrateOptions options)
    {
        Linter linter = Start(plan, options);
        new ScriptChecker(PlaceholderValues.Of(options.Placeholders), [], linter).CheckAll(plan.Pending);
        return linter.Findings;
    }
}
