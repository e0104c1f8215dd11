using Migrator.Scripts;

namespace Migrator.Linting;

/// <summary>In a pull request nobody knows the values of placeholders: one without a value stands for a name like its own.</summary>
internal static class LintPlaceholders
{
    /// <summary>The given values, and one for each placeholder that has none.</summary>
    /// <param name="scripts">Where they stand.</param>
    /// <param name="values">By name; null leaves scripts alone.</param>
    public static IReadOnlyDictionary<string, string>? Of(IReadOnlyList<Script> scripts, IReadOnlyDictionary<string, string>? values)
    {
        if (values is null)
        {
            return null;
        }

        var all = new Dictionary<string, string>(values, StringComparer.OrdinalIgnoreCase);
        foreach ((_, string name) in scripts.SelectMany(s => ResolvedText.PlaceholdersIn(s.Text)))
        {
            all.TryAdd(name, name.Replace('-', '_').Replace('.', '_'));
        }

        return all;
    }
}
