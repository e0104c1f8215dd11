using Migrator.Configuration;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate lint</c>: what the scripts would do to an application that is running, from their text alone.</summary>
internal sealed class LintCommand : MigrateCommand
{
    // Said again, and with its safer way, by a rule.
    private const string SaidByRule = "needs-transaction-off";

    public override string Name => "lint";

    public override string Description => "Look at the scripts, without a database, for what would take a running application down.";

    public override IReadOnlyList<Setting> Settings =>
    [
        KnownSettings.Dir, KnownSettings.Since, KnownSettings.FailOn, KnownSettings.LockTimeout, KnownSettings.Placeholder, KnownSettings.NoPlaceholders,
        KnownSettings.LintOutput,
    ];

    public override Setting Output => KnownSettings.LintOutput;

    public override bool NeedsDatabase(MigrateOptions options) => false;

    public override Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        MigrateOptions options = run.Options;
        ScriptSet scripts = ScriptFolders.Read(options.Directories);
        bool IsBefore(Script script) => options.Since is { } since && script.Version!.CompareTo(since) <= 0;
        Script[] looked = [.. scripts.Versioned.Where(s => !IsBefore(s)), .. scripts.Repeatable];
        var placeholders = PlaceholderValues.OrOwnName(options.Placeholders);
        var linter = new Linter(options.LockTimeout is not null);
        linter.AddBefore([.. scripts.Versioned.Where(IsBefore)], placeholders);
        var problems = new List<Problem>();
        new ScriptChecker(placeholders, problems, linter).CheckAll(looked);
        if (problems.FindAll(p => p.Id != SaidByRule) is { Count: > 0 } wrong)
        {
            throw new MigrateException(ExitCode.Usage, wrong);
        }

        run.Looked = looked.Length;
        if (options.Since is null && scripts.Versioned.Count > 1)
        {
            run.Report.Info($"all {scripts.Versioned.Count} versions count as new, and so do the tables that they create; --since V looks at what comes after version V");
        }

        run.Findings = linter.Findings;
        LintSeverity? limit = options.FailOn switch { "error" => LintSeverity.Error, "warning" => LintSeverity.Warning, _ => null };
        return Task.FromResult(run.Findings.Any(f => f.AllowedBecause is null && f.Severity >= limit) ? ExitCode.Usage : ExitCode.Done);
    }
}
