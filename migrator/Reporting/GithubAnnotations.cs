using Migrator.Linting;
using Migrator.Reporting.Results;

namespace Migrator.Reporting;

/// <summary>
/// Writes findings as workflow commands. GitHub shows them in the pull request at the line
/// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
/// </summary>
internal static class GithubAnnotations
{
    public static void Write(LintResult result, ConsoleOutput console)
    {
        foreach (Problem problem in result.Problems)
        {
            console.AnswerExecutable($"::error title={Property(problem.Id)}::{Text(ProblemText.Line(problem) + (problem.Advice is null ? "" : "\n" + problem.Advice))}");
        }

        foreach (Finding finding in result.Findings.Where(f => f.AllowedBecause is null))
        {
            string level = finding.Severity switch { LintSeverity.Error => "error", LintSeverity.Warning => "warning", _ => "notice" };
            string text = $"{finding.Message}\n{finding.Rule.Effect}\nSafer: {finding.SaferWay}\n{finding.Rule.Source}";
            console.AnswerExecutable(
                $"::{level} file={Property(ScriptPath.RelativeToWorkingFolder(finding.Script))},line={finding.Position.Line},col={finding.Position.Column},title={Property(finding.Rule.Id)}::{Text(text)}");
        }

        if (result.Problems.Count == 0)
        {
            console.Message(FindingText.Summary(result.Findings, result.Scripts.Count));
        }
    }

    private static string Text(string text) => PrintableText.Valid(text)
        .Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Text(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
