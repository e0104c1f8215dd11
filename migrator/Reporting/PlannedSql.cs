using Migrator.Configuration;
using Migrator.Scripts;

namespace Migrator.Reporting;

/// <summary>
/// The SQL of a script that would run, with its placeholders resolved. Values that may be secret are masked.
/// </summary>
internal sealed record PlannedSql(Script Script, string Text)
{
    /// <summary>Resolves the placeholders of a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="options">The options with the values of the placeholders.</param>
    /// <param name="isResolved">
    /// Whether the placeholders are resolved already, as in the undo scripts that the database keeps.
    /// </param>
    public static PlannedSql Of(Script script, MigrateOptions options, bool isResolved = false)
    {
        Dictionary<string, string>? shown = isResolved ? null : options.Placeholders?.ToDictionary(
            p => p.Key, p => options.SecretPlaceholders.Contains(p.Key) ? Redactor.Mask : p.Value, StringComparer.OrdinalIgnoreCase);
        return new PlannedSql(script, ResolvedText.Read(script, PlaceholderValues.Of(shown)));
    }
}
