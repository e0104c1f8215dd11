using System.Text.RegularExpressions;

namespace Migrator.Rehearsal.Baking;

/// <summary>What Rosco makes of helm's output. Source: <c>HelmBakeTemplateUtils.java</c>.</summary>
internal static partial class BakedText
{
    private const string Separator = "---\n";

    /// <summary>The output without templates of the folder <c>tests</c>; hooks stay in.</summary>
    public static string WithoutTests(string output) =>
        string.Join(Separator, output.Split(Separator).Where(document => !Tests().IsMatch(document)));

    [GeneratedRegex("# Source: .*/templates/tests/.*")]
    private static partial Regex Tests();
}
