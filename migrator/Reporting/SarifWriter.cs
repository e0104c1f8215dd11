using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Migrator.Configuration;
using Migrator.History;
using Migrator.Linting;
using Migrator.Reporting.Results;

namespace Migrator.Reporting;

/// <summary>
/// Writes findings as SARIF 2.1.0, which code scanning reads
/// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
/// </summary>
internal static class SarifWriter
{
    public static void Write(LintResult result, ConsoleOutput console, Redactor redactor)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            new Document(json, redactor).Write(result);
        }

        console.AnswerVerbatim(PrintableText.WithoutHashCommands(Encoding.UTF8.GetString(stream.ToArray())));
    }

    private static string LevelOf(LintSeverity severity) => severity switch { LintSeverity.Error => "error", LintSeverity.Warning => "warning", _ => "note" };

    private sealed class Document(Utf8JsonWriter json, Redactor redactor)
    {
        public void Write(LintResult result)
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            Tool();
            Invocation(result);
            json.WriteString("columnKind", "unicodeCodePoints");
            json.WriteStartArray("results");
            foreach (Finding finding in result.Findings)
            {
                Result(finding);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        private void Tool()
        {
            json.WriteStartObject("tool");
            json.WriteStartObject("driver");
            json.WriteString("name", "migrate lint");
            json.WriteString("version", RunIdentity.MigratorVersion);
            json.WriteStartArray("rules");
            foreach (LintRule rule in LintRules.All)
            {
                json.WriteStartObject();
                json.WriteString("id", rule.Id);
                Text("shortDescription", rule.Effect);
                Text("help", $"{rule.SaferWay}\n{rule.Source}");
                if (rule.Source.StartsWith("https:", StringComparison.Ordinal))
                {
                    json.WriteString("helpUri", rule.Source);
                }

                json.WriteStartObject("defaultConfiguration");
                json.WriteString("level", LevelOf(rule.Severity));
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        // The result for a folder that cannot be read must differ from the result for a folder without findings.
        private void Invocation(LintResult result)
        {
            json.WriteStartArray("invocations");
            json.WriteStartObject();
            json.WriteBoolean("executionSuccessful", result.Problems.Count == 0);
            json.WriteNumber("exitCode", (int)result.ExitCode);
            if (result.Problems.Count > 0)
            {
                json.WriteStartArray("toolExecutionNotifications");
                foreach (Problem problem in result.Problems)
                {
                    json.WriteStartObject();
                    json.WriteString("level", "error");
                    Text("message", ProblemText.Line(problem));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteEndArray();
        }

        private void Result(Finding finding)
        {
            json.WriteStartObject();
            json.WriteString("ruleId", finding.Rule.Id);
            json.WriteNumber("ruleIndex", LintRules.All.TakeWhile(r => r != finding.Rule).Count());
            json.WriteString("level", LevelOf(finding.Severity));
            Text("message", $"{finding.Message}. {finding.SaferWay}");
            json.WriteStartArray("locations");
            json.WriteStartObject();
            json.WriteStartObject("physicalLocation");
            json.WriteStartObject("artifactLocation");
            string path = ScriptPath.RelativeToWorkingFolder(finding.Script);
            json.WriteString("uri", path.StartsWith('/') ? new Uri(path).AbsoluteUri : string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));
            json.WriteEndObject();
            json.WriteStartObject("region");
            json.WriteNumber("startLine", finding.Position.Line);
            json.WriteNumber("startColumn", finding.Position.Column);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            if (finding.AllowedBecause is { } reason)
            {
                json.WriteStartArray("suppressions");
                json.WriteStartObject();
                json.WriteString("kind", "inSource");
                json.WriteString("justification", PrintableText.Valid(redactor.Redact(reason)));
                json.WriteEndObject();
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        private void Text(string name, string text)
        {
            json.WriteStartObject(name);
            json.WriteString("text", PrintableText.Valid(redactor.Redact(text)));
            json.WriteEndObject();
        }
    }
}
