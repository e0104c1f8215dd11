using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Linting;

/// <summary>What is pending, on what is applied.</summary>
internal static class PendingLint
{
    /// <summary>The findings in the scripts that would run; what those that are applied created is in use.</summary>
    public static IReadOnlyList<Finding> Find(Plan plan, CheckedPlan assessment, MigrateOptions options)
    {
        Script[] applied = [.. plan.Scripts.Where(s => s.State is ScriptState.Applied or ScriptState.Baseline).Select(s => s.Script).OfType<Script>()];
        IReadOnlyList<CheckedScript> before = CheckedScript.PrepareAll(applied, LintPlaceholders.Of(applied, options.Placeholders), []);
        return new Linter(options.LockTimeout is not null).Lint(before, assessment.Scripts);
    }
}
