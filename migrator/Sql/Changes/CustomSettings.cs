using System.Text.RegularExpressions;

namespace Migrator.Sql.Changes;

/// <summary>
/// Collects the names of the settings with a dot, such as <c>app.tenant</c>, that statements set: with SET or <c>set_config</c>, also in the
/// code of a DO block. A name that is not the name of a setting does no harm, because its value is NULL.
/// </summary>
internal sealed partial class CustomSettings
{
    // A function of PostgreSQL has at most 100 arguments, two for each name.
    private const int MaxNames = 50;

    private readonly List<string> _names = [];

    /// <summary>The names, in the order in which they were found.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Adds the names in a statement.</summary>
    public void Add(string statement)
    {
        if (!statement.Contains("set", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        foreach (Match match in Name.Matches(statement))
        {
            string name = match.Groups[1].Value.Replace("\"", "", StringComparison.Ordinal);
            if (_names.Count < MaxNames && !_names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                _names.Add(name);
            }
        }
    }

    [GeneratedRegex("""(?:\bset\s+(?:session\s+|local\s+)?|\bset_config\s*\(\s*')("?[\w$]+"?(?:\."?[\w$]+"?)+)""", RegexOptions.IgnoreCase)]
    private static partial Regex Name { get; }
}
