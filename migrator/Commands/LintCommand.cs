using Migrator.Configuration;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Reporting.Results;
using Migrator.Scripts;
using Migrator.Sql.Changes;

namespace Migrator.Commands;

/// <summary>
/// <c>migrate lint</c>: checks, without a database, for statements that would block or break a running application.
/// </summary>
internal sealed class LintCommand : MigrateCommand<LintResult>
{
    // A lint rule reports the same problem, and adds the safer way.
    private const string ReportedByRule = "needs-transaction-off";

    public override string Name => "lint";

    public override string Description => "Check the scripts, without a database, for statements that would block or break a running application.";

    public override IReadOnlyList<Setting> Settings =>
    [
        KnownSettings.Dir, KnownSettings.Since, KnownSettings.Schema, KnownSettings.FailOn, KnownSettings.LockTimeout, KnownSettings.Placeholder, KnownSettings.NoPlaceholders,
        KnownSettings.LintOutput,
    ];

    public override Setting Output => KnownSettings.LintOutput;

    public override bool NeedsDatabase(MigrateOptions options) => false;

    protected override Task RunAsync(LintResult result, CommandContext context, CancellationToken cancellation)
    {
        MigrateOptions options = context.Options;
        result.FailOn = options.FailOn switch { "error" => LintSeverity.Error, "warning" => LintSeverity.Warning, _ => null };
        ScriptSet scripts = ScriptFolders.Read(options.Directories);
        bool IsBefore(Script script) => options.Since is { } since && script.Version!.CompareTo(since) <= 0;
        Script[] linted = [.. scripts.Versioned.Where(s => !IsBefore(s)), .. scripts.Repeatable];
        var placeholders = PlaceholderValues.WithNameAsDefault(options.Placeholders);
        var linter = new Linter(options.LockTimeout is not null, new NewTables(options.Schema, knowsExisting: true), scripts.Versioned.Any(s => s.Phase == ScriptPhase.Contract));
        linter.AddPrevious([.. scripts.Versioned.Where(IsBefore)], placeholders);
        var problems = new List<Problem>();
        new ScriptChecker(placeholders, problems, linter).CheckAll(linted);
        if (problems.FindAll(p => p.Id != ReportedByRule) is { Count: > 0 } wrong)
        {
            throw new MigrateException(ExitCode.Usage, wrong);
        }

        result.Scripts = linted;
        if (options.Since is null && scripts.Versioned.Count > 1)
        {
            context.Progress.Info($"all {scripts.Versioned.Count} versions count as new, and so do the tables that they create; use --since V to check only scripts after version V");
        }

        result.Findings = linter.Findings;
        return Task.CompletedTask;
    }
}
