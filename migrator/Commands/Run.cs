using Migrator.Configuration;
using Migrator.Database;
using Migrator.Planning;
using Migrator.Reporting;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary>A command at work: what it was told, and what it has found out so far (which a failure must not lose).</summary>
internal sealed class Run(MigrateOptions options, RunReport report, TimeProvider time)
{
    public MigrateOptions Options => options;

    public RunReport Report => report;

    public TimeProvider Time => time;

    public HistoryTable? History { get; private set; }

    public Plan? Plan { get; private set; }

    /// <summary>Waits for the database; the session carries the run's settings.</summary>
    public async Task<(DatabaseSession Session, SessionSettings Settings)> ConnectAsync(CancellationToken cancellation)
    {
        DatabaseSession session = await new DatabaseConnector(options, report, time).ConnectAsync(cancellation).ConfigureAwait(false);
        try
        {
            SessionSettings settings = await SessionSettings.ApplyAsync(session, options, cancellation).ConfigureAwait(false);
            History = await HistoryTable.LocateAsync(session, options, cancellation).ConfigureAwait(false);
            return (session, settings);
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads the history and plans. Under the lock this is what will be done; without it, what would be.</summary>
    public async Task<Plan> PlanAsync(DatabaseSession session, ScriptSet scripts, CancellationToken cancellation)
    {
        IReadOnlyList<HistoryEntry> history = await History!.ReadAsync(session, cancellation).ConfigureAwait(false);
        Plan = Planner.Plan(scripts, history, new PlanRules(options.Target, options.OutOfOrder));
        return Plan;
    }
}
