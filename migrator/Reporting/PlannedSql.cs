using Migrator.Configuration;
using Migrator.Scripts;

namespace Migrator.Reporting;

/// <summary>
/// The SQL of a script that would run, with placeholders replaced. Values that may be secret are masked.
/// </summary>
internal sealed record PlannedSql(Script Script, string Text)
{
    /// <summary>Replaces the placeholders of a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="options">The options with the values of the placeholders.</param>
    /// <param name="isResolved">
    /// Whether the placeholders are already replaced, as in undo scripts that are stored in the database.
    /// </param>
    public static PlannedSql Of(Script script, MigrateOptions options, bool isResolved = false)
    {
        Dictionary<string, string>? shown = isResolved ? null : options.Placeholders?.ToDictionary(
            p => p.Key, p => options.SecretPlaceholders.Contains(p.Key) ? Redactor.Mask : p.Value, StringComparer.OrdinalIgnoreCase);
        string text = ResolvedText.Read(script, PlaceholderValues.Of(shown));

        // The values in a stored script may be secret.
        return new PlannedSql(script, isResolved ? ForeignText.OfWhole(text) : text);
    }
}
