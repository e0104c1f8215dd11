using Migrator.Configuration;
using Migrator.History;
using Migrator.History.Flyway;
using Migrator.Planning;
using Migrator.Reporting;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary>
/// <c>migrate baseline V</c>: takes an existing database over, so that V and everything below count as applied;
/// or, with <c>--from-flyway</c>, what Flyway's own history says.
/// </summary>
internal sealed class BaselineCommand : MigrateCommand
{
    public override string Name => "baseline";

    public override string Description => "Adopt an existing database: a version and everything below count as applied.";

    public override IReadOnlyList<Setting> Settings =>
        [.. KnownSettings.Common, KnownSettings.FromFlyway, KnownSettings.FlywayTable, KnownSettings.LockWait, KnownSettings.Timeout];

    public override CommandArgument Argument => new("version", "The version that the database is at; not with --from-flyway.", IsOptional: true);

    public override async Task<ExitCode> RunAsync(Run run, CancellationToken cancellation)
    {
        ScriptVersion? version = VersionOf(run.Options);
        (ScriptSet scripts, RunSession opened) = await run.OpenAsync(cancellation).ConfigureAwait(false);
        await using RunSession session = opened;
        await session.LockAsync(cancellation).ConfigureAwait(false);
        await session.ReadAsync(cancellation).ConfigureAwait(false);
        IReadOnlyList<HistoryEntry> history = session.Entries;
        Adoption adoption = version is null
            ? Adoption.FromFlyway(await FlywayHistory.ReadAsync(session.Session, session.History.Schema, run.Options.FlywayTable, cancellation).ConfigureAwait(false), scripts)
            : Adoption.At(version);
        if (adoption.IsIn(history))
        {
            run.Lines = [$"{session.History.QualifiedName} holds this baseline already."];
            return ExitCode.Done;
        }

        RefuseIfManaged(session.History, history);
        await session.AdoptAsync(adoption, cancellation).ConfigureAwait(false);
        run.Lines = [$"{session.History.QualifiedName}: {Describe(adoption)}"];
        Plan plan = await session.PlanAsync(scripts, cancellation).ConfigureAwait(false);
        run.Report.Warnings(plan.Warnings);
        if (version is not null && scripts.Newest is { } newest && version.CompareTo(newest) > 0)
        {
            run.Report.Warning(new Problem("baseline-above-scripts", $"version {version} is above the newest script here ({newest}): all of them count as applied, and so will what is added up to {version}")
            {
                Advice = $"If that is a slip: drop {session.History.QualifiedName} and give the version that the database is at.",
            });
        }
        return ExitCode.Done;
    }

    private static string Describe(Adoption adoption)
    {
        string start = adoption.Baseline is null ? "" : $"version {adoption.Baseline} and everything below count as applied";
        string scripts = adoption.Applied.Count == 0 ? "" : $"{TextStyle.Count(adoption.Applied.Count, "applied script")} taken over";
        return start.Length > 0 && scripts.Length > 0 ? $"{start}; {scripts}." : start + scripts + (start + scripts == "" ? "nothing to take over." : ".");
    }

    private static ScriptVersion? VersionOf(MigrateOptions options)
    {
        if (options.FromFlyway != options.Argument is null)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("usage", "baseline takes a version, or --from-flyway")
            {
                Advice = "'migrate baseline 12' adopts the database as it is at version 12; --from-flyway reads what Flyway has applied.",
            });
        }

        ScriptVersion? version = null;
        if (options.Argument is { } text && !ScriptVersion.TryParse(text, out version, out string? wrong))
        {
            throw new MigrateException(ExitCode.Usage, new Problem("usage", $"baseline: the version {wrong}") { Advice = "It is a version such as 12 or 1.2." });
        }

        return version;
    }

    private static void RefuseIfManaged(HistoryTable table, IReadOnlyList<HistoryEntry> history)
    {
        HistoryEntry? first = history.FirstOrDefault(e => e.Kind is HistoryKind.Versioned or HistoryKind.Repeatable or HistoryKind.StartVersion);
        if (first is not null)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("already-managed", $"{table.QualifiedName} has a history already, beginning with {(first.Kind == HistoryKind.StartVersion ? $"the baseline {HistoryEntry.DescribeStart(first.Version!)}" : first.Name)}: a baseline is for a database without one")
            {
                Advice = "'migrate status' shows what is in it.",
            });
        }
    }
}
