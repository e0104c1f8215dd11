using Migrator.Configuration;
using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.Planning;
using Migrator.Reporting.Results;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary>
/// <c>migrate baseline V</c>: adopts an existing database. V and all versions below count as applied. With
/// <c>--from-flyway</c>, a script counts as applied if Flyway's history lists it as applied.
/// </summary>
internal sealed class BaselineCommand : MigrateCommand<BaselineResult>
{
    public override string Name => "baseline";

    public override string Description => "Adopt an existing database: a version and all versions below count as applied.";

    public override IReadOnlyList<Setting> Settings =>
        [.. KnownSettings.Common, KnownSettings.FromFlyway, KnownSettings.FlywayTable, KnownSettings.LockWait, KnownSettings.Timeout];

    public override CommandArgument Argument => new("version", "The current version of the database; not with --from-flyway.", IsOptional: true);

    protected override async Task RunAsync(BaselineResult result, CommandContext context, CancellationToken cancellation)
    {
        ScriptVersion? version = VersionOf(context.Options);
        await using ReadSession session = await ReadSession.OpenAsync(context, cancellation).ConfigureAwait(false);
        result.History = session.History;
        LockedSession locked = await session.LockAsync(RunLockScope.All, result, new LockBudget(context.Options.LockWait), cancellation).ConfigureAwait(false);
        IReadOnlyList<HistoryEntry> history = await session.ReadAsync(cancellation).ConfigureAwait(false);
        Adoption adoption = version is null
            ? Adoption.FromFlyway(await session.ReadFlywayAsync(cancellation).ConfigureAwait(false), session.Scripts)
            : Adoption.At(version);
        if (adoption.IsRecordedIn(history))
        {
            result.IsUnchanged = true;
            return;
        }

        RefuseIfManaged(session.History, history);
        await locked.AdoptAsync(adoption, cancellation).ConfigureAwait(false);
        result.Adoption = adoption;
        Plan plan = result.Plan = await session.PlanAsync(cancellation).ConfigureAwait(false);
        context.Progress.Warnings(plan.Warnings);
        if (version is not null && session.Scripts.Newest is { } newest && version.CompareTo(newest) > 0)
        {
            context.Progress.Warning(new Problem("baseline-above-scripts", $"version {version} is above the newest script ({newest}): all scripts of the folder count as applied, and so does every script up to version {version} that is added later")
            {
                Advice = $"If this is a mistake, drop {session.History.QualifiedName} and run baseline again with the current version of the database.",
            });
        }
    }

    private static ScriptVersion? VersionOf(MigrateOptions options)
    {
        if (options.FromFlyway != options.Argument is null)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("usage", "baseline needs either a version or --from-flyway")
            {
                Advice = "'migrate baseline 12' adopts the database at version 12. --from-flyway adopts the migrations that Flyway has applied.",
            });
        }

        ScriptVersion? version = null;
        if (options.Argument is { } text && !ScriptVersion.TryParse(text, out version, out string? wrong))
        {
            throw new MigrateException(ExitCode.Usage, new Problem("usage", $"baseline: the version {wrong}") { Advice = "Expected a version such as 12 or 1.2." });
        }

        return version;
    }

    private static void RefuseIfManaged(HistoryTable table, IReadOnlyList<HistoryEntry> history)
    {
        HistoryEntry? first = history.FirstOrDefault(e => e.Kind is HistoryKind.Versioned or HistoryKind.Repeatable or HistoryKind.StartVersion);
        if (first is not null)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("already-managed", $"{table.QualifiedName} already has a history, starting with {(first.Kind == HistoryKind.StartVersion ? $"the baseline {HistoryEntry.DescribeStart(first.Version!)}" : first.Name)}: baseline needs a database without a history")
            {
                Advice = "'migrate status' lists the scripts in the history.",
            });
        }
    }
}
