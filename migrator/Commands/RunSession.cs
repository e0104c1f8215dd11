using Migrator.Database;
using Migrator.Execution;
using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary>A run that is connected: the session, and the tables that it works with.</summary>
internal sealed class RunSession(Run run, DatabaseSession session, ServerFacts facts, HistoryTable history, SideTables sideTables, AuditTable audit)
    : IAsyncDisposable
{
    private readonly UndoTable _undo = new(sideTables);
    private HistorySnapshot _snapshot = HistorySnapshot.Empty;
    private SessionSettings? _settings;

    public DatabaseSession Session => session;

    public HistoryTable History => history;

    public SideTables SideTables => sideTables;

    public AuditTable Audit => audit;

    /// <summary>The history's rows as <see cref="ReadAsync"/> found them.</summary>
    public IReadOnlyList<HistoryEntry> Entries => _snapshot.Entries;

    /// <summary>What is left of <c>--lock-wait</c>.</summary>
    public LockBudget Budget { get; } = new(run.Options.LockWait);

    /// <summary>What everything that changes the database works with; only under the lock.</summary>
    public MigrationContext Context => new(session, _settings ?? throw new InvalidOperationException("not locked"), history, sideTables, audit, Budget, run.Options, run.Report, run.Time);

    /// <summary>Takes the run's lock, or waits for it.</summary>
    /// <exception cref="MigrateException">It was not to be had in time (4), or the connection cannot carry it (2).</exception>
    public async Task LockAsync(CancellationToken cancellation)
    {
        SessionChecks.RefuseReadOnly(session, facts);
        await SessionChecks.RefuseTransactionPoolingAsync(session, facts, cancellation).ConfigureAwait(false);

        // Not before the checks, and not where nothing is written: what is set on a session that a pooler shares stays set for
        // the application that gets it next.
        _settings = await SessionSettings.ApplyAsync(session, run.Options, cancellation).ConfigureAwait(false);
        long start = run.Time.GetTimestamp();
        await new RunLock(session, history.QualifiedName, run.Report, run.Time).AcquireAsync(Budget.Left, cancellation).ConfigureAwait(false);
        Budget.Spend(run.Time.GetElapsedTime(start));
    }

    /// <summary>Reads what the tables say now. What was seen before the lock may be stale (guarantee 2).</summary>
    public async Task ReadAsync(CancellationToken cancellation)
        => _snapshot = await HistorySnapshot.ReadAsync(session, history, sideTables, cancellation).ConfigureAwait(false);

    /// <summary>Reads the history and plans. Under the lock this is what will be done; without it, what would be.</summary>
    public async Task<Plan> PlanAsync(ScriptSet scripts, CancellationToken cancellation)
    {
        await ReadAsync(cancellation).ConfigureAwait(false);
        run.Plan = Planner.Plan(scripts, Entries, new PlanRules(
            run.Options.Target, run.Options.OutOfOrder, _snapshot.Repaired, Interrupted(ScriptKind.Undo), sideTables.Progress));
        return run.Plan;
    }

    /// <summary>Checks what is pending, and how far earlier runs got in it.</summary>
    public CheckedPlan Assess(Plan plan, ScriptSet scripts, IScriptVisitor? visitor = null)
    {
        // An image that the database is ahead of keeps its hands off what newer images left (guarantee 9).
        IReadOnlyList<Script> owned = plan.IsAhead ? [] : scripts.OwnUndo;
        return CheckedPlan.Of(plan, owned, _snapshot.KeptUndo, PlaceholderValues.Of(run.Options.Placeholders), _snapshot.Progress, visitor);
    }

    /// <summary>Keeps the undo scripts, then applies what is pending.</summary>
    /// <exception cref="MigrateException">A script failed; those before it stay applied.</exception>
    public async Task ApplyAsync(CheckedPlan assessment, CancellationToken cancellation)
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
                assessment.Undo.Select(s => _undo.StoreStatement(s.Script, s.Placeholders)), cancellation).ConfigureAwait(false);
        }

        if (assessment.Scripts.Count > 0)
        {
            await MigrationRun.ApplyAsync(Context, assessment.Scripts, _snapshot.Progress, cancellation).ConfigureAwait(false);
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
            scripts, Entries, plan, new UndoRules(goal, stored, Interrupted(ScriptKind.Versioned), PlaceholderValues.Of(run.Options.Placeholders)));
        return run.UndoPlan;
    }

    /// <summary>The undo scripts, and the repeatables that run behind them, checked before the first runs (guarantee 3).</summary>
    /// <exception cref="MigrateException">Something is wrong with the plan or a script.</exception>
    public IReadOnlyList<CheckedUndo> AssessUndo(UndoPlan plan, ScriptSet scripts)
        => CheckedUndoPlan.Check(plan, scripts.Repeatable, run.Options, _snapshot.Progress);

    /// <summary>Undoes what is planned.</summary>
    /// <exception cref="MigrateException">A script failed; those before it stay undone.</exception>
    public Task UndoAsync(IReadOnlyList<CheckedUndo> undos, CancellationToken cancellation)
        => MigrationRun.UndoAsync(Context, undos, _snapshot.Progress, cancellation);

    /// <summary>Writes what a database that was made without this history is to count as.</summary>
    public async Task AdoptAsync(Adoption adoption, CancellationToken cancellation)
    {
        await Context.CreateTablesAsync(cancellation).ConfigureAwait(false);
        IEnumerable<string> rows = adoption.Applied.SelectMany(s => new[]
        {
            history.InsertStatement(s, TimeSpan.Zero),
            audit.InsertStatement(s, AuditOutcome.Adopted, TimeSpan.Zero),
        });
        if (adoption.Start is { } start)
        {
            rows = rows.Prepend(history.StartVersionStatement(start));
        }

        await session.ExecuteAllAsync(rows, cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => session.DisposeAsync();

    private IReadOnlyList<ScriptVersion> Interrupted(ScriptKind kind) => ProgressTable.InterruptedIn(_snapshot.Progress.Select(s => s.Key), kind);
}
