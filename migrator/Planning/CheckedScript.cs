using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>A script that was read and checked from its first to its last statement: only its SQL can still fail.</summary>
/// <param name="Script">The script.</param>
/// <param name="Placeholders">The values of its placeholders; null leaves it as it is.</param>
/// <param name="Analysis">What its syntax tells.</param>
/// <param name="Steps">The steps of an <c>-- evolve-tx-off</c> script; empty for one that runs in a transaction.</param>
internal sealed record CheckedScript(Script Script, PlaceholderValues? Placeholders, ScriptAnalysis Analysis, IReadOnlyList<ScriptStep> Steps)
{
    /// <summary>Opens the script for another reading.</summary>
    /// <exception cref="MigrateException">It cannot be opened any more (2).</exception>
    public ScriptReader Open() => new(Script, Placeholders);
}
