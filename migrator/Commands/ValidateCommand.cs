using Migrator.Configuration;
using Migrator.Planning;
using Migrator.Reporting;
using Migrator.Reporting.Results;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary>
/// <c>migrate validate</c>: checks the scripts against the history, or only the scripts (<c>--offline</c>). Never
/// writes.
/// </summary>
internal sealed class ValidateCommand : MigrateCommand<ValidateResult>
{
    public override string Name => "validate";

    public override string Description => "Check the scripts against the history, or only the scripts (--offline).";

    public override IReadOnlyList<Setting> Settings =>
    [
        .. KnownSettings.Common, KnownSettings.OutOfOrder, KnownSettings.Timeout, KnownSettings.Placeholder, KnownSettings.NoPlaceholders,
        KnownSettings.Offline, KnownSettings.RequireUndo, KnownSettings.BothOrders,
    ];

    public override bool NeedsDatabase(MigrateOptions options) => !options.Offline;

    protected override async Task RunAsync(ValidateResult result, CommandContext context, CancellationToken cancellation)
    {
        if (context.Options.Offline)
        {
            if (context.Options.BothOrders)
            {
                throw new MigrateException(ExitCode.Usage, new Problem("usage", $"{KnownSettings.BothOrders.Flag} needs a server, so it cannot be used with {KnownSettings.Offline.Flag}"));
            }

            ScriptSet scripts = ScriptFolders.Read(context.Options.Directories);
            CheckUndo(scripts, context);
            CheckContents(scripts, context.Options);
            return;
        }

        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation).ConfigureAwait(false);
        result.History = session.History;
        Plan plan = result.Plan = await session.PlanAsync(cancellation).ConfigureAwait(false);
        context.Progress.Warnings(plan.Warnings);
        CheckUndo(session.Scripts, context);
        session.Check(plan).ThrowIfProblems();
        if (context.Options.BothOrders)
        {
            await BothOrders.CompareAsync(context, session.Scripts, session.Database, cancellation).ConfigureAwait(false);
        }
    }

    private static void CheckUndo(ScriptSet scripts, CommandContext context)
    {
        List<Problem> without =
        [
            .. scripts.Versioned.ExceptBy(scripts.Undo.Select(s => s.Version), s => s.Version)
                .Select(s => new Problem("no-undo", $"{s.FileName} has no undo script")
                {
                    Script = s.FileName,
                    Advice = $"Add U{s.Version}__….sql to the folder. 'migrate down' and 'helm rollback' need it to undo this version.",
                }),
        ];
        if (context.Options.RequireUndo && without.Count > 0)
        {
            throw new MigrateException(ExitCode.Usage, without);
        }

        if (without.Count > 0)
        {
            context.Progress.Warning(new Problem("no-undo", $"{TextStyle.Count(without.Count, "version")} without an undo script: {string.Join(", ", without.Select(p => p.Script))}")
            {
                Advice = without[0].Advice,
            });
        }

        context.Progress.Warnings(scripts.Undo.ExceptBy(scripts.Versioned.Select(s => s.Version), s => s.Version)
            .Select(s => new Problem("undo-without-migration", $"{s.FileName} undoes a version that has no migration script")
            {
                Script = s.FileName,
                Advice = "Check its version, or remove it. It never runs unless that version is applied.",
            }));
    }

    // Without the history, every script may be pending.
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
