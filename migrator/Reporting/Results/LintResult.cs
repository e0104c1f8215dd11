using Migrator.Configuration;
using Migrator.Linting;
using Migrator.Scripts;

namespace Migrator.Reporting.Results;

/// <summary>Result of <c>migrate lint</c>.</summary>
internal sealed class LintResult : CommandResult
{
    /// <summary>The findings of the lint rules.</summary>
    public IReadOnlyList<Finding> Findings { get; set; } = [];

    /// <summary>The scripts that were checked, in the order in which they run.</summary>
    public IReadOnlyList<Script> Scripts { get; set; } = [];

    /// <summary>The lowest severity that makes the command exit with 2 (<c>--fail-on</c>); null for none.</summary>
    public LintSeverity? FailOn { get; set; }

    protected override ExitCode CompletedExitCode
        => Findings.Any(f => f.AllowedBecause is null && f.Severity >= FailOn) ? ExitCode.Usage : ExitCode.Done;

    public override void Write(OutputFormat format, ConsoleOutput console, Redactor redactor)
    {
        switch (format)
        {
            case OutputFormat.Sarif:
                SarifWriter.Write(this, console, redactor);
                break;
            case OutputFormat.Github:
                GithubAnnotations.Write(this, console);
                break;
            case OutputFormat.Junit:
                JunitWriter.Write(this, console, redactor);
                break;
            default:
                base.Write(format, console, redactor);
                break;
        }
    }

    public override JsonAnswer AddTo(JsonAnswer common) => common with { Findings = [.. Findings.Select(JsonFinding.Of)] };

    protected override void WriteAnswer(ConsoleOutput console)
    {
        if (Problems.Count == 0)
        {
            FindingText.Write(Findings, console);
            console.Answer(FindingText.Summary(Findings, Scripts.Count));
        }
    }
}
