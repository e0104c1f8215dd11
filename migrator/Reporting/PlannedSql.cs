using Migrator.Configuration;
using Migrator.Scripts;

namespace Migrator.Reporting;

/// <summary>The SQL of a script that would run, placeholders resolved; those that may be secret are masked wherever they stand.</summary>
internal sealed record PlannedSql(Script Script, string Text)
{
    /// <summary>As it is shown.</summary>
    /// <param name="script">The script.</param>
    /// <param name="options">Hold the placeholders.</param>
    /// <param name="isResolved">Whether its placeholders were resolved before: the database keeps undo scripts so.</param>
    public static PlannedSql Of(Script script, MigrateOptions options, bool isResolved = false)
    {
        Dictionary<string, string>? shown = isResolved ? null : options.Placeholders?.ToDictionary(
            p => p.Key, p => options.SecretPlaceholders.Contains(p.Key) ? Redactor.Mask : p.Value, StringComparer.OrdinalIgnoreCase);
        return new PlannedSql(script, ResolvedText.Read(script, PlaceholderValues.Of(shown)));
    }
}
