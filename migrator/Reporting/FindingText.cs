using Migrator.Linting;

namespace Migrator.Reporting;

/// <summary>Writes findings as text.</summary>
internal static class FindingText
{
    /// <summary>Returns the name of a finding's severity.</summary>
    public static string SeverityOf(Finding finding) => finding.Severity switch
    {
        LintSeverity.Error => "error",
        LintSeverity.Warning => "warning",
        _ => "info",
    };

    /// <summary>
    /// Writes the findings that the script does not allow, with the effect, the safer way and the documentation.
    /// </summary>
    public static void Write(IReadOnlyList<Finding> findings, ConsoleOutput console)
    {
        foreach (Finding finding in findings.Where(f => f.AllowedBecause is null))
        {
            string severity = SeverityOf(finding);
            Func<string, string> paint = finding.Severity switch
            {
                LintSeverity.Error => console.AnswerColors.Red,
                LintSeverity.Warning => console.AnswerColors.Yellow,
                _ => console.AnswerColors.Dim,
            };
            string suffix = finding.Refinement is { } refinement ? $" ({refinement})" : "";
            console.Answer($"{paint(severity + ":")} {finding.Script.FileName}:{finding.Position}: {finding.Message}{suffix} [{finding.Rule.Id}]");

            // An info has no explanation, because the statement is harmless on this database.
            if (finding.Severity > LintSeverity.Info)
            {
                console.Answer($"  why: {finding.Rule.Effect}");
                console.Answer($"  safer: {finding.SaferWay}");
                console.Answer($"  source: {finding.Rule.Source}");
            }
        }
    }

    /// <summary>Returns one line, such as <c>3 scripts: 1 error, 2 warnings, 1 allowed.</c></summary>
    public static string Summary(IReadOnlyList<Finding> findings, int scriptCount)
    {
        List<string> counts =
        [
            .. findings.Where(f => f.AllowedBecause is null).GroupBy(f => f.Severity).OrderByDescending(g => g.Key)
                .Select(g => g.Key == LintSeverity.Info ? $"{g.Count()} info" : TextStyle.Count(g.Count(), SeverityOf(g.First()))),
        ];
        int allowed = findings.Count(f => f.AllowedBecause is not null);
        string found = counts.Count == 0 ? "nothing found" : string.Join(", ", counts);
        return $"{TextStyle.Count(scriptCount, "script")}: {found}{(allowed > 0 ? $", {allowed} allowed" : "")}.";
    }
}
