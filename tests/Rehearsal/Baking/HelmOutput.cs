using System.Text.RegularExpressions;

namespace Migrator.Rehearsal.Baking;

/// <summary>Processes helm's output as Rosco does. Source: <c>HelmBakeTemplateUtils.java</c>.</summary>
internal static partial class HelmOutput
{
    private const string Separator = "---\n";

    /// <summary>Removes the documents that come from the chart's <c>templates/tests</c> folder. Hooks are kept.</summary>
    public static string WithoutTests(string output) =>
        string.Join(Separator, output.Split(Separator).Where(document => !Tests().IsMatch(document)));

    [GeneratedRegex("# Source: .*/templates/tests/.*")]
    private static partial Regex Tests();
}
