using Migrator.Scripts;

namespace Migrator.Planning;

/// <summary>A script that was read and checked from its first to its last statement. Only its SQL can still fail on the server.</summary>
/// <param name="Script">The script.</param>
/// <param name="Placeholders">The values of its placeholders; null replaces no placeholders.</param>
/// <param name="Analysis">The analysis of its syntax: the tables that it accesses, and whether it can be pipelined.</param>
/// <param name="Steps">The steps of an <c>-- evolve-tx-off</c> script; empty for a script that runs in one transaction.</param>
internal sealed record CheckedScript(Script Script, PlaceholderValues? Placeholders, ScriptAnalysis Analysis, IReadOnlyList<ScriptStep> Steps)
{
    /// <summary>The settings with a dot in their name, such as <c>app.tenant</c>, that an <c>-- evolve-tx-off</c> script sets; empty for other scripts.</summary>
    public IReadOnlyList<string> CustomSettings { get; init; } = [];

    /// <summary>The versions after which the script must run (<c>-- migrate: after 13</c>).</summary>
    public IReadOnlyList<(ScriptVersion Version, SourcePosition Position)> After { get; init; } = [];

    /// <summary>Opens the script to read it again, when it runs.</summary>
    /// <returns>The reader, at the start of the script. The caller disposes of it.</returns>
    /// <exception cref="MigrateException">The script's file cannot be opened any more (2).</exception>
    public ScriptReader Open() => new(Script, Placeholders);
}
