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
    /// <exception cref="MigrateException">It was not to be had in time (4), or the connection cannot carry it (2).</exception>
    public async Task LockAsync(CancellationToken cancellation)
    {
        await SessionChecks.RefuseTransactionPoolingAsync(session, cancellation).ConfigureAwait(false);
        await SessionChecks.RefuseReadOnlyAsync(session, cancellation).ConfigureAwait(false);
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
        ILookup<string, StepProgress> progress = await new ProgressTable(sideTables).ReadAsync(session, cancellation).ConfigureAwait(false);
        await new Applier(Context(), assessment.Scripts, progress).ApplyAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Writes what a database that was made without this history is to count as.</summary>
    public async Task TakeOverAsync(Takeover takeover, CancellationToken cancellation)
    {
        await Context().CreateTablesAsync(cancellation).ConfigureAwait(false);
        IEnumerable<string> rows = takeover.Applied.SelectMany(s => new[]
        {
            history.InsertStatement(s, TimeSpan.Zero),
            audit.InsertStatement(s, AuditOutcome.Adopted, TimeSpan.Zero),
        });
        if (takeover.Start is { } start)
        {
            rows = rows.Prepend(history.StartVersionStatement(start));
        }

        await session.ExecuteAllAsync(rows, cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => session.DisposeAsync();

    private ApplyContext Context() => new(session, settings, history, sideTables, audit, Budget, run.Options, run.Report);

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
