using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Reporting;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary><c>migrate validate</c>: the scripts alone (<c>--offline</c>), or the scripts against the history. Never writes.</summary>
internal sealed class ValidateCommand : MigrateCommand
{
    public override string Name => "validate";

    public override string Description => "Check the scripts against the history, or (--offline) the scripts alone.";

    public override IReadOnlyList<Setting> Settings =>
    [
        .. KnownSettings.Common, KnownSettings.OutOfOrder, KnownSettings.Timeout, KnownSettings.Placeholder, KnownSettings.NoPlaceholders,
        KnownSettings.Offline, KnownSettings.RequireUndo,
    ];

    public override bool NeedsDatabase(MigrateOptions options) => !options.Offline;

    public override async Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        if (run.Options.Offline)
        {
            ScriptSet alone = ScriptFolders.Read(run.Options.Directories);
            CheckUndo(alone, run);
            CheckContents(alone, run.Options);
            return ExitCode.Done;
        }

        (ScriptSet scripts, RunSession opened) = await run.OpenAsync(cancellation).ConfigureAwait(false);
        await using RunSession session = opened;
        Plan plan = await session.PlanAsync(scripts, cancellation).ConfigureAwait(false);
        run.Report.Warnings(plan.Warnings);
        CheckUndo(scripts, run);
        session.Assess(plan, scripts).ThrowIfWrong();
        return ExitCode.Done;
    }

    private static void CheckUndo(ScriptSet scripts, Run run)
    {
        List<Problem> without =
        [
            .. scripts.Versioned.ExceptBy(scripts.Undo.Select(s => s.Version), s => s.Version)
                .Select(s => new Problem("no-undo", $"{s.FileName} has no undo script")
                {
                    Script = s.FileName,
                    Advice = $"Add U{s.Version}__….sql beside it, so that 'migrate down' and 'helm rollback' can take it back.",
                }),
        ];
        if (run.Options.RequireUndo && without.Count > 0)
        {
            throw new MigrateException(ExitCode.Usage, without);
        }

        if (without.Count > 0)
        {
            run.Report.Warning(new Problem("no-undo", $"{TextStyle.Count(without.Count, "version")} without an undo script: {string.Join(", ", without.Select(p => p.Script))}")
            {
                Advice = without[0].Advice,
            });
        }

        run.Report.Warnings(scripts.Undo.ExceptBy(scripts.Versioned.Select(s => s.Version), s => s.Version)
            .Select(s => new Problem("undo-without-migration", $"{s.FileName} undoes a version that is not here")
            {
                Script = s.FileName,
                Advice = "Look at its version, or remove it: nothing runs it as long as that version is not applied.",
            }));
    }

    // Without a history every script may be pending.
    private static void CheckContents(ScriptSet scripts, MigrateOptions options)
    {
        var problems = new List<Problem>();
        new ScriptChecker(PlaceholderValues.Of(options.Placeholders), problems).CheckAll([.. scripts.Versioned, .. scripts.Repeatable, .. scripts.Undo]);
        if (problems.Count > 0)
        {
            throw new MigrateException(ExitCode.Usage, problems);
        }
    }
}
