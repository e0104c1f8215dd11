using System.Globalization;
using System.Text;
using Migrator.Configuration;
using Migrator.Linting;
using Migrator.Reporting.Results;
using Migrator.Scripts;

namespace Migrator.Reporting;

/// <summary>
/// Writes findings as JUnit XML, which GitLab (https://docs.gitlab.com/ci/testing/unit_test_reports/) and Jenkins show. A script is a test suite, and a finding
/// is a test case: from the severity of <c>--fail-on</c> on, the case fails. An allowed finding is skipped. A script without findings has one passed case.
/// </summary>
internal static class JunitWriter
{
    /// <summary>A test case with its result in XML; null for a passed case.</summary>
    private sealed record Case(string Name, string? File, int? Line, string? ResultName, string Result);

    public static void Write(LintResult result, ConsoleOutput console, Redactor redactor)
    {
        var writer = new Document(redactor);
        console.AnswerVerbatim(PrintableText.WithoutHashCommands(writer.Write(result)));
        if (result.Problems.Count == 0)
        {
            console.Message(FindingText.Summary(result.Findings, result.Scripts.Count));
        }
    }

    private sealed class Document(Redactor redactor)
    {
        private readonly StringBuilder _xml = new();

        public string Write(LintResult result)
        {
            List<(string Name, List<Case> Cases)> suites =
            [
                .. result.Problems.GroupBy(p => p.Script ?? "migrate lint").Select(g => (g.Key, g.Select(OfProblem).ToList())),
                .. result.Problems.Count > 0 ? [] : result.Scripts.Select(s => (s.FileName, CasesOf(s, result))),
            ];
            _xml.Append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            Start("testsuites", "migrate lint", [.. suites.SelectMany(s => s.Cases)]);
            foreach ((string name, List<Case> cases) in suites)
            {
                _xml.Append("  ");
                Start("testsuite", name, cases);
                cases.ForEach(c => Write(name, c));
                _xml.Append("  </testsuite>\n");
            }

            return _xml.Append("</testsuites>\n").ToString();
        }

        private List<Case> CasesOf(Script script, LintResult result)
        {
            List<Case> cases = [.. result.Findings.Where(f => f.Script == script).Select(f => OfFinding(f, result.FailOn))];
            return cases.Count > 0 ? cases : [new Case("lint", ScriptPath.RelativeToWorkingFolder(script), null, null, "")];
        }

        private Case OfFinding(Finding finding, LintSeverity? failOn)
        {
            string severity = FindingText.SeverityOf(finding);
            string text = $"{finding.Rule.Effect}\nSafer: {finding.SaferWay}\n{finding.Rule.Source}";
            (string? name, string result) = finding.AllowedBecause is { } reason ? ("skipped", $"<skipped{Attribute("message", $"allowed because {reason}")}/>")
                : finding.Severity >= failOn ? ("failure", $"<failure{Attribute("type", severity)}{Attribute("message", finding.Message)}>{Escape(text)}</failure>")
                : (null, $"<system-out>{Escape($"{severity}: {finding.Message}\n{text}")}</system-out>");
            return new Case($"{finding.Rule.Id} at {finding.Position}", ScriptPath.RelativeToWorkingFolder(finding.Script), finding.Position.Line, name, result);
        }

        private Case OfProblem(Problem problem) => new(
            problem.Id,
            problem.Script,
            problem.Position?.Line,
            "error",
            $"<error{Attribute("type", problem.Id)}{Attribute("message", ProblemText.Line(problem))}>{Escape(problem.Advice ?? "")}</error>");

        private void Start(string element, string name, IReadOnlyList<Case> cases)
        {
            int Count(string result) => cases.Count(c => c.ResultName == result);
            _xml.Append('<').Append(element).Append(Attribute("name", name)).AppendLine(
                CultureInfo.InvariantCulture, $" tests=\"{cases.Count}\" failures=\"{Count("failure")}\" errors=\"{Count("error")}\" skipped=\"{Count("skipped")}\">");
        }

        private void Write(string suite, Case one)
        {
            _xml.Append("    <testcase").Append(Attribute("name", one.Name)).Append(Attribute("classname", suite));
            _xml.Append(one.File is null ? "" : Attribute("file", one.File)).Append(one.Line is { } line ? Attribute("line", line.ToString(CultureInfo.InvariantCulture)) : "");
            _xml.Append(one.Result.Length == 0 ? "/>\n" : $">{one.Result}</testcase>\n");
        }

        private string Attribute(string name, string value) => $" {name}=\"{Escape(value).Replace("\n", "&#10;", StringComparison.Ordinal)}\"";

        // XML 1.0 has no form for most control characters (https://www.w3.org/TR/xml/#charsets).
        private string Escape(string text) => string.Concat(PrintableText.Valid(redactor.Redact(text)).Select(c => c switch
        {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\r' => "&#13;",
            '\n' or '\t' => c.ToString(),
            < ' ' or '\uFFFE' or '\uFFFF' => "\uFFFD",
            _ => c.ToString(),
        }));
    }
}
