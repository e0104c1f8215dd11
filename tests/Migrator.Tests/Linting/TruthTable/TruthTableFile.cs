using System.Globalization;
using Migrator.Tooling;

namespace Migrator.Tests.Linting.TruthTable;

/// <summary>
/// The measured effects of each case on each major version, in <c>truth.tsv</c>. A line has four columns: the name of the case, the major versions
/// (<c>13-17</c>), the effects and the statement. A case has one line, or several lines if the effects differ between the versions.
/// </summary>
internal sealed class TruthTableFile
{
    public const string RelativePath = "tests/Migrator.Tests/Linting/TruthTable/truth.tsv";

    private const int Oldest = 13;
    private const int Newest = 18;

    private readonly Dictionary<(string Case, int Major), string> _effects = [];

    private static string Path => RepositoryRoot.Combine(RelativePath);

    /// <summary>Reads the file. Returns an empty table if the file does not exist.</summary>
    public static TruthTableFile Read()
    {
        var table = new TruthTableFile();
        foreach (var line in File.Exists(Path) ? File.ReadAllLines(Path).Skip(1) : [])
        {
            var columns = line.Split('\t');
            foreach (var major in Majors(columns[1]))
            {
                table._effects.Add((columns[0], major), columns[2]);
            }
        }

        return table;
    }

    /// <summary>The effects of a case on a major version; null if the table does not contain them.</summary>
    public string? this[string name, int major]
    {
        get => _effects.GetValueOrDefault((name, major));
        set => _effects[(name, major)] = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>The names of the cases in the file.</summary>
    public IEnumerable<string> Names => _effects.Keys.Select(k => k.Case).Distinct();

    /// <summary>The different effects of a case, with the major versions that have them.</summary>
    public IEnumerable<(string Majors, int Newest, string Effects)> Of(TruthCase one)
    {
        for (var first = one.From; first <= Newest; first++)
        {
            var last = first;
            while (last < Newest && this[one.Name, last + 1] == this[one.Name, first])
            {
                last++;
            }

            if (this[one.Name, first] is { } effects)
            {
                yield return (first == last ? $"{first}" : $"{first}-{last}", last, effects);
            }

            first = last;
        }
    }

    /// <summary>The effects of a line of the table; null if the server refuses the statement.</summary>
    public static IReadOnlyList<RelationEffect>? Parse(string effects)
        => effects.StartsWith("refused ", StringComparison.Ordinal) ? null : effects == "none" ? [] : [.. effects.Split("; ").Select(RelationEffect.Parse)];

    /// <summary>Writes the file, in the order of the cases.</summary>
    public void Write(IEnumerable<TruthCase> cases) => File.WriteAllLines(
        Path,
        cases.SelectMany(c => Of(c).Select(e => $"{c.Name}\t{e.Majors}\t{e.Effects}\t{c.Statement}")).Prepend("case\tPostgreSQL\teffects\tstatement"));

    /// <summary>The major versions of <c>13-17</c> or <c>18</c>.</summary>
    public static IEnumerable<int> Majors(string text)
    {
        var ends = text.Split('-').Select(e => int.Parse(e, CultureInfo.InvariantCulture)).ToList();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1).Where(m => m is >= Oldest and <= Newest);
    }
}
