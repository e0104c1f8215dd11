using Migrator.Database;
using Migrator.Execution;
using Migrator.Planning;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Commands;

/// <summary>A run that is connected: the session, and the tables that it works with.</summary>
internal sealed class RunSession(Run run, DatabaseSession session, SessionSettings settings, HistoryTable history, SideTables sideTables, AuditTable audit)
    : IAsyncDisposable
{
    public DatabaseSession Session => session;

    public HistoryTable History => history;

    public SideTables SideTables => sideTables;

    public AuditTable Audit => audit;

    /// <summary>What is left of <c>--lock-wait</c>.</summary>
    public LockBudget Budget { get; } = new(run.Options.LockWait);

    /// <summary>Takes the run's lock, or waits for it.</summary>
    /// <exception cref="MigrateException">It was not to be had in time (4).</exception>
    public async Task LockAsync(CancellationToken cancellation)
    {
        long start = run.Time.GetTimestamp();
        await new RunLock(session, history, run.Report, run.Time).AcquireAsync(Budget.Left, cancellation).ConfigureAwait(false);
        Budget.Spend(run.Time.GetElapsedTime(start));

        // What was seen before the lock may be stale (guarantee 2).
        await sideTables.LookAsync(session, cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads the history and plans. Under the lock this is what will be done; without it, what would be.</summary>
    public async Task<Plan> PlanAsync(ScriptSet scripts, CancellationToken cancellation)
    {
        IReadOnlyList<HistoryEntry> entries = await history.ReadAsync(session, cancellation).ConfigureAwait(false);
        ILookup<string, string> repaired = await RepairedAsync(cancellation).ConfigureAwait(false);
        run.Plan = Planner.Plan(scripts, entries, new PlanRules(run.Options.Target, run.Options.OutOfOrder, repaired));
        return run.Plan;
    }

    /// <summary>Checks what is pending, and how far earlier runs got in it.</summary>
    public async Task<Assessment> AssessAsync(Plan plan, CancellationToken cancellation)
        => Assessment.Of(
            plan, run.Options, await new ProgressTable(sideTables).ReadAsync(session, cancellation).ConfigureAwait(false));

    public async Task ApplyAsync(Assessment assessment, CancellationToken cancellation)
    {
        var context = new ApplyContext(session, settings, history, sideTables, audit, Budget, run.Options, run.Report);
        ILookup<string, StepProgress> progress = await new ProgressTable(sideTables).ReadAsync(session, cancellation).ConfigureAwait(false);
        await new Applier(context, assessment.Scripts, progress).ApplyAsync(cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => session.DisposeAsync();

    // The gate's role may read the history only: then no repair is known to it.
    private async Task<ILookup<string, string>> RepairedAsync(CancellationToken cancellation)
    {
        try
        {
            return await audit.RepairedChecksumsAsync(session, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == SqlStates.InsufficientPrivilege)
        {
            return Array.Empty<string>().ToLookup(s => s, StringComparer.Ordinal);
        }
    }
}
