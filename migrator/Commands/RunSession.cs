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
    private static readonly ILookup<string, StepProgress> NoProgress = Array.Empty<StepProgress>().ToLookup(_ => "");

    private readonly UndoTable _undo = new(sideTables);
    private ILookup<string, StepProgress> _progress = NoProgress;

    public DatabaseSession Session => session;

    public HistoryTable History => history;

    public SideTables SideTables => sideTables;

    public AuditTable Audit => audit;

    /// <summary>The history's rows as <see cref="PlanAsync"/> read them.</summary>
    public IReadOnlyList<HistoryEntry> Entries { get; private set; } = [];

    /// <summary>What is left of <c>--lock-wait</c>.</summary>
    public LockBudget Budget { get; } = new(run.Options.LockWait);

    /// <summary>What everything that changes the database works with.</summary>
    public ApplyContext Context => new(session, settings, history, sideTables, audit, Budget, run.Options, run.Report);

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
        Entries = await history.ReadAsync(session, cancellation).ConfigureAwait(false);
        ILookup<string, string> repaired = await ReadableAsync(() => audit.RepairedChecksumsAsync(session, cancellation), Array.Empty<string>().ToLookup(s => s)).ConfigureAwait(false);
        _progress = await ReadableAsync(() => new ProgressTable(sideTables).ReadAsync(session, cancellation), NoProgress).ConfigureAwait(false);
        run.Plan = Planner.Plan(scripts, Entries, new PlanRules(run.Options.Target, run.Options.OutOfOrder, repaired, Interrupted(ScriptKind.Undo)));
        return run.Plan;
    }

    /// <summary>Checks what is pending, and how far earlier runs got in it.</summary>
    public async Task<Assessment> AssessAsync(Plan plan, ScriptSet scripts, CancellationToken cancellation)
    {
        // An image that the database is ahead of keeps its hands off what newer images left (guarantee 9).
        IReadOnlyList<Script> owned = plan.IsAhead ? [] : scripts.OwnUndo;
        Dictionary<ScriptVersion, string> kept = owned.Count == 0 ? [] : await _undo.ReadChecksumsAsync(session, cancellation).ConfigureAwait(false);
        return Assessment.Of(plan, owned, kept, run.Options, _progress);
    }

    /// <summary>Keeps the undo scripts, then applies what is pending.</summary>
    /// <exception cref="MigrateException">A script failed; those before it stay applied.</exception>
    public async Task ApplyAsync(Assessment assessment, CancellationToken cancellation)
    {
        if (assessment.Undo.Count > 0)
        {
            await Context.CreateTablesAsync(cancellation).ConfigureAwait(false);
            if (await _undo.UntrustedAsync(session, cancellation).ConfigureAwait(false) is { } untrusted)
            {
                // Not only at night, when 'down' refuses.
                run.Report.Warning(untrusted);
            }

            await session.ExecuteAllAsync(
                assessment.Undo.Select(s => _undo.StoreStatement(s.Script.Version!, s.Script.FileName, s.Text)), cancellation).ConfigureAwait(false);
        }

        if (assessment.Scripts.Count > 0)
        {
            await new Applier(Context, assessment.Scripts, _progress).ApplyAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Plans the way down.</summary>
    /// <exception cref="MigrateException">Somebody else could have written the undo scripts that the database keeps (2).</exception>
    public async Task<UndoPlan> PlanUndoAsync(Plan plan, ScriptSet scripts, UndoGoal goal, CancellationToken cancellation)
    {
        if (await _undo.UntrustedAsync(session, cancellation).ConfigureAwait(false) is { } untrusted)
        {
            throw new MigrateException(ExitCode.Usage, untrusted);
        }

        IReadOnlyList<StoredUndo> stored = await _undo.ReadAsync(session, cancellation).ConfigureAwait(false);
        run.UndoPlan = UndoPlanner.Plan(
            scripts, Entries, plan, new UndoRules(goal, stored, Interrupted(ScriptKind.Versioned), run.Options.Placeholders));
        return run.UndoPlan;
    }

    /// <summary>The undo scripts, and the repeatables that run behind them, checked before the first runs (guarantee 3).</summary>
    /// <exception cref="MigrateException">Something is wrong with the plan or a script.</exception>
    public IReadOnlyList<(PlannedUndo Plan, PreparedScript Script)> AssessUndo(UndoPlan plan, ScriptSet scripts)
        => DownAssessment.Check(plan, scripts.Repeatable, run.Options, _progress);

    /// <summary>Undoes what is planned.</summary>
    /// <exception cref="MigrateException">A script failed; those before it stay undone.</exception>
    public Task UndoAsync(IReadOnlyList<(PlannedUndo Plan, PreparedScript Script)> undos, CancellationToken cancellation)
        => new UndoRun(Context, undos, _progress).UndoAsync(cancellation);

    /// <summary>Writes what a database that was made without this history is to count as.</summary>
    public async Task TakeOverAsync(Takeover takeover, CancellationToken cancellation)
    {
        await Context.CreateTablesAsync(cancellation).ConfigureAwait(false);
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

    private IReadOnlyList<ScriptVersion> Interrupted(ScriptKind kind) => ProgressTable.InterruptedIn(_progress.Select(s => s.Key), kind);

    // The gate's role may read the history only: then no repair, and no half undone version, is known to it.
    private static async Task<T> ReadableAsync<T>(Func<Task<T>> read, T otherwise)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == SqlStates.InsufficientPrivilege)
        {
            return otherwise;
        }
    }
}
