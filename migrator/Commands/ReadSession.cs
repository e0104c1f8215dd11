using System.Diagnostics.CodeAnalysis;
using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.History;
using Migrator.History.Flyway;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Reporting.Results;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Commands;

/// <summary>A read-only session of a run, with the scripts and the history. It reads and plans, but cannot write.</summary>
internal sealed class ReadSession : IAsyncDisposable
{
    private readonly CommandContext _context;
    private ServerFacts _server;
    private bool _isLocked;
    private HistorySnapshot _snapshot = HistorySnapshot.Empty;

    private ReadSession(CommandContext context, TableTrust trust, ScriptSet scripts, OpenedHistory opened)
    {
        _context = context;
        Trust = trust;
        _server = opened.Found.Server;
        Scripts = scripts;
        Database = opened.Database;
        UseHistory(opened.Schema, opened.Found.Tables);
    }

    /// <summary>The scripts of the folders.</summary>
    public ScriptSet Scripts { get; }

    public HistoryTable History { get; private set; }

    public SideTables SideTables { get; private set; }

    public TableTrust Trust { get; }

    public AuditTable Audit { get; private set; }

    public UndoTable Undo { get; private set; }

    public FreshDatabase Fresh { get; private set; }

    /// <summary>Whether the expand phase also applies contract scripts, as of the last plan. See <see cref="FreshDatabase"/>.</summary>
    public bool IsFresh { get; private set; }

    /// <summary>The problem that the history table does not exist, but another schema has one; null for none. See <see cref="HistoryLocation"/>.</summary>
    public Problem? OtherHistory => HistoryLocation.OtherHistory(History, SideTables.Found, _context.Options);

    /// <summary>The completed steps of partially applied and partially undone scripts, as of the last read.</summary>
    public ILookup<string, StepRecord> Steps => _snapshot.Steps;

    /// <summary>The versions whose undo scripts are stored in the database, as of the last read.</summary>
    public IEnumerable<ScriptVersion> StoredUndo => _snapshot.StoredUndoChecksums.Keys;

    /// <summary>The connection. Only <see cref="LockedSession"/> writes to the database.</summary>
    public DatabaseSession Database { get; }

    /// <summary>
    /// Reads the scripts and connects to the database at the same time. Invalid scripts end the wait for the database at once.
    /// </summary>
    /// <param name="context">The context of the command.</param>
    /// <param name="cancellation">Ends the wait for the database.</param>
    /// <param name="onlyReads">Whether the command only reads the history. See <see cref="TableTrust"/>.</param>
    /// <exception cref="MigrateException">
    /// The scripts are invalid (2), or the database does not respond (3) or refuses the connection (2).
    /// </exception>
    public static async Task<ReadSession> OpenAsync(CommandContext context, CancellationToken cancellation, bool onlyReads = false)
    {
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var read = new TaskCompletionSource();
        Task<OpenedHistory> connecting = ConnectAsync(context, read.Task, abandon.Token);
        try
        {
            ScriptSet scripts = ScriptFolders.Read(context.Options.Directories);
            read.SetResult();
            OpenedHistory opened = await connecting.ConfigureAwait(false);
            return new ReadSession(context, new TableTrust(context.Options, onlyReads, opened.Found.Server.CanReadLocks), scripts, opened);
        }
        catch (MigrateException)
        {
            await abandon.CancelAsync().ConfigureAwait(false);
            await CloseAsync(connecting).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Acquires the run lock, and waits if another run holds it. A plan that was made before may be stale.</summary>
    /// <param name="scope">Which scripts the run can apply or undo.</param>
    /// <param name="result">Receives the scripts that are applied and undone.</param>
    /// <param name="budget">The remaining time of <c>--lock-wait</c>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The session that can write. The lock is held until this session is disposed.</returns>
    /// <exception cref="MigrateException">
    /// The lock was not acquired in time (4), or this connection does not support the lock (2).
    /// </exception>
    public async Task<LockedSession> LockAsync(RunLockScope scope, ChangeResult result, LockBudget budget, CancellationToken cancellation)
    {
        SessionChecks.RefuseReadOnly(Database, _server);
        await SessionChecks.RefuseTransactionPoolingAsync(Database, _server, cancellation).ConfigureAwait(false);

        // Settings are applied only in a session that writes, after the check for a pooler. In a session that a pooler shares,
        // they would still be set when another client gets the session.
        SessionSettings settings =
            await SessionSettings.ApplyAsync(Database, _server, _context.Options, cancellation).ConfigureAwait(false);
        // Two runs must not create the history at the same time.
        var runLock = new RunLock(Database, History.QualifiedName, History.Exists ? scope : RunLockScope.All, _context.Identity.Release, _context.Progress, _context.Time);
        Audit.IsContractPhase = runLock.Scope == RunLockScope.Contract;
        long start = _context.Time.GetTimestamp();
        bool hasWaited = await runLock.AcquireAsync(budget.Left, _context.Options.EndRunning, cancellation).ConfigureAwait(false);
        budget.Subtract(_context.Time.GetElapsedTime(start));
        _isLocked = true;
        if (hasWaited)
        {
            // Another session may have created a schema of the search path in the meantime.
            _server = await ServerFacts.QueryAsync(Database, cancellation).ConfigureAwait(false);
        }

        return new LockedSession(this, _context, runLock, settings, budget, result);
    }

    /// <summary>Reads the history.</summary>
    /// <returns>The rows of the history.</returns>
    /// <exception cref="MigrateException">There is no history table here, but another schema has one (6).</exception>
    public async Task<IReadOnlyList<HistoryEntry>> ReadAsync(CancellationToken cancellation)
    {
        IReadOnlyList<HistoryEntry> entries = await ReadHereAsync(cancellation).ConfigureAwait(false);
        return OtherHistory is { } problem ? throw new MigrateException(ExitCode.HistoryMismatch, problem) : entries;
    }

    /// <summary>
    /// Reads the history and plans what <c>up</c> does. Without the lock, another run may change the history at any
    /// time.
    /// </summary>
    /// <exception cref="MigrateException">There is no history table here, but another schema has one (6).</exception>
    public async Task<Plan> PlanAsync(CancellationToken cancellation)
    {
        await ReadAsync(cancellation).ConfigureAwait(false);
        IsFresh = _context.Options is { Phase: ScriptPhase.Expand, MayBeFresh: true } && await IsFreshAsync(cancellation).ConfigureAwait(false);
        return PlanScripts();
    }

    /// <summary>Plans like <see cref="PlanAsync"/>, and adds the problems that stop only a command that runs scripts.</summary>
    /// <exception cref="MigrateException">
    /// There is no history table here, but another schema has one (6), or the role cannot create the table (2).
    /// </exception>
    public async Task<Plan> PlanRunAsync(CancellationToken cancellation)
    {
        Plan plan = await PlanAsync(cancellation).ConfigureAwait(false);
        if (!History.Exists && plan.Pending.Count > 0)
        {
            await HistoryCreation.ThrowIfForbiddenAsync(Database, History, _server.Role, cancellation).ConfigureAwait(false);
        }

        return await FindOtherPlaceAsync(cancellation).ConfigureAwait(false) is { } problem ? plan with { Problems = [.. plan.Problems, problem] } : plan;
    }

    /// <summary>Plans for the gate: like <see cref="PlanAsync"/>, but a history in another schema is not an error. See <see cref="OtherHistory"/>.</summary>
    public async Task<Plan> PlanGateAsync(CancellationToken cancellation)
    {
        if (!History.Exists)
        {
            // The history can be created in a schema that did not exist before.
            _server = await ServerFacts.QueryAsync(Database, cancellation).ConfigureAwait(false);
        }

        await ReadHereAsync(cancellation).ConfigureAwait(false);
        if (_server.IsStandby && (_snapshot.Begun.Count > 0 || Scripts.Versioned.Select(s => s.Phase).Concat(_snapshot.Entries.Select(e => ScriptName.PhaseOf(e.Name))).Contains(ScriptPhase.Contract)))
        {
            // A standby can lag behind: it would not show that a contract script has begun.
            SessionChecks.RefuseReadOnly(Database, _server);
        }

        return PlanScripts();
    }

    /// <summary>Checks the pending scripts of a plan, and the undo scripts that will be stored in the database.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="visitor">Also visits the statements of the pending scripts; null for none.</param>
    public CheckedPlan Check(Plan plan, IScriptVisitor? visitor = null)
    {
        // If the database is ahead of this image, newer images stored the undo scripts. They are not replaced.
        IReadOnlyList<Script> owned = plan.IsAhead ? [] : Scripts.UndoWithMigration;
        return CheckedPlan.Of(plan, owned, _snapshot.StoredUndoChecksums, Placeholders, Steps, CurrentSchema, visitor);
    }

    /// <summary>Checks the repeatable scripts of a plan that was made after <c>down</c> undid versions.</summary>
    public CheckedPlan CheckRepeatables(Plan plan)
    {
        IReadOnlyList<Script> repeatables = [.. plan.Pending.Where(s => s.Kind == ScriptKind.Repeatable)];
        return CheckedPlan.Of(plan with { Pending = repeatables, Problems = [] }, [], _snapshot.StoredUndoChecksums, Placeholders, Steps, CurrentSchema);
    }

    /// <summary>Plans what <c>down</c> does.</summary>
    /// <param name="plan">The plan of <c>up</c>.</param>
    /// <param name="goal">The versions to undo.</param>
    /// <param name="cancellation">Ends the query.</param>
    public async Task<UndoPlan> PlanUndoAsync(Plan plan, UndoGoal goal, CancellationToken cancellation)
    {
        IReadOnlyList<StoredUndo> stored = await Undo.ReadAsync(Database, Trust, cancellation).ConfigureAwait(false);
        var rules = new UndoRules(goal, stored, Interrupted(ScriptKind.Versioned), Placeholders, _context.Options.Phase, _snapshot.Begun);
        return await FindOtherPlaceAsync(cancellation).ConfigureAwait(false) is { } problem
            ? new UndoPlan([], [], [problem], ExitCode.HistoryMismatch)
            : UndoPlanner.Plan(Scripts, _snapshot.Entries, plan, rules);
    }

    /// <summary>Checks the undo scripts of a plan, and the repeatable scripts that run after them.</summary>
    /// <exception cref="MigrateException">The plan or a script is invalid.</exception>
    public IReadOnlyList<CheckedUndo> Check(UndoPlan plan)
        => CheckedUndoPlan.Check(plan, Scripts.Repeatable, _context.Options, Steps);

    /// <summary>Adjusts lint findings to the state of the database.</summary>
    public Task<IReadOnlyList<Finding>> RefineAsync(IReadOnlyList<Finding> findings, CancellationToken cancellation)
        => new LintRefinement(Database, _server.SchemasWith(_context.Options.Schema)).RefineAsync(findings, cancellation);

    /// <summary>Gets the views and functions of the repeatable scripts.</summary>
    public IReadOnlyList<RepeatableObject> RepeatableObjects() => CurrentSchema is { } schema ? RepeatableObject.Of(Scripts.Repeatable, Placeholders, schema) : [];

    /// <summary>Whether contract scripts have begun, and have not ended, as of the last reading of the history.</summary>
    public bool HasBegun => _snapshot.Begun.Count > 0;

    /// <summary>Asks whether a run holds a lock of the history.</summary>
    public Task<bool> IsRunningAsync(CancellationToken cancellation)
        => Database.ScalarAsync<bool>($"SELECT {RunLock.IsHeldExpression(History.QualifiedName)}", cancellation);

    /// <summary>Reads the newest rows of the audit table.</summary>
    /// <param name="limit">The maximum number of rows.</param>
    /// <param name="cancellation">Ends the query.</param>
    public Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(int limit, CancellationToken cancellation)
        => Audit.ReadAsync(Database, Trust, limit, cancellation);

    /// <summary>Reads Flyway's history.</summary>
    /// <exception cref="MigrateException">Flyway's history table does not exist (2).</exception>
    public Task<FlywayHistory> ReadFlywayAsync(CancellationToken cancellation)
        => FlywayHistory.ReadAsync(Database, Trust, History.Schema, _context.Options.FlywayTable, cancellation);

    /// <summary>Closes the connection, which releases the run lock.</summary>
    public ValueTask DisposeAsync() => Database.DisposeAsync();

    /// <summary>The schema in which scripts create their objects; null if there is none.</summary>
    public string? CurrentSchema => _context.Options.Schema ?? _server.CurrentSchema;

    // The schemas that may contain the history.
    private IEnumerable<string> SearchedSchemas => _context.Options.Schema is { } schema ? [schema] : _server.Schemas;

    /// <summary>Finds the problem that scripts would create objects in another schema, or as another role, than the scripts before them.</summary>
    private async Task<Problem?> FindOtherPlaceAsync(CancellationToken cancellation)
    {
        if (_context.Options.Schema is not null || !History.Exists || IsSamePlace)
        {
            return null;
        }

        // Another run may have created the schema since this run has connected.
        _server = await ServerFacts.QueryAsync(Database, cancellation).ConfigureAwait(false);
        if (IsSamePlace)
        {
            return null;
        }

        ScriptPlace? last = _snapshot.LastPlace;
        string here = $"scripts would create objects in the schema {_server.CurrentSchema ?? "(none)"}";
        bool isOtherSchema = last is null || last.Schema != _server.CurrentSchema;
        string what = last is null ? $"{here}, but the history is in the schema {History.Schema}"
            : isOtherSchema ? $"{here}, but {last.Script} ran with the schema {last.Schema}"
            : $"scripts would run as the role {_server.Role}, but {last.Script} ran as {last.Role}, which owns the objects that it created";
        return new Problem("place-changed", what)
        {
            Advice = $"Restore the {(isOtherSchema ? "search_path" : "role")} of the earlier runs (ALTER ROLE … SET, ALTER DATABASE … SET, PGOPTIONS, and the login decide it). If the change is intended, set --schema {Quote.Shell(History.Schema)}.",
        };
    }

    // Evolve and 'baseline' record no place. They create the history in the schema in which scripts create their objects.
    private bool IsSamePlace => _snapshot.LastPlace is { } last
        ? last.Schema == _server.CurrentSchema && last.Role == _server.Role
        : History.Schema == _server.CurrentSchema;

    private PlaceholderValues? Placeholders => PlaceholderValues.Of(_context.Options.Placeholders);

    private Plan PlanScripts() => Planner.Plan(Scripts, _snapshot.Entries, new PlanRules(
        _context.Options.Target, _context.Options.OutOfOrder, _context.Options.FailIfAhead, IsFresh ? null : _context.Options.Phase, _context.Options.AllowContracted, _snapshot.Begun, _snapshot.Repaired, Interrupted(ScriptKind.Undo), SideTables.Progress));

    private async Task<bool> IsFreshAsync(CancellationToken cancellation)
        => FreshDatabase.IsNoted(Steps, _snapshot.Entries)
            || (Scripts.Versioned.Any(s => s.Phase == ScriptPhase.Contract)
                && _snapshot.Begun.Count == 0 && !_snapshot.Entries.Any(e => e.Kind is HistoryKind.Versioned or HistoryKind.StartVersion or HistoryKind.Repeatable)
                && await Fresh.HasNoTableAsync(Database, cancellation).ConfigureAwait(false));

    private async Task<IReadOnlyList<HistoryEntry>> ReadHereAsync(CancellationToken cancellation)
    {
        await ReadSnapshotAsync(cancellation).ConfigureAwait(false);
        FoundTables tables = SideTables.Found;
        string schema = HistoryLocation.FindSchema(_server, tables, _context.Options);
        if (!History.Exists && schema != History.Schema)
        {
            // Another run has created the history after this run had looked for it.
            if (_isLocked)
            {
                throw new MigrateException(ExitCode.HistoryMismatch, new Problem("other-history", $"another run has just created the history {schema}.{History.Name}, but this run has locked {History.QualifiedName}")
                {
                    Advice = "Run the same command again. Set --schema, so that all runs use the same history.",
                });
            }

            UseHistory(schema, tables);
            await ReadSnapshotAsync(cancellation).ConfigureAwait(false);
        }

        return _snapshot.Entries;
    }

    private async Task ReadSnapshotAsync(CancellationToken cancellation)
    {
        _snapshot = await HistorySnapshot.ReadAsync(Database, History, SideTables, SearchedSchemas, Trust, cancellation).ConfigureAwait(false);
        Audit.LastId = _snapshot.LastAuditId;
    }

    [MemberNotNull(nameof(History), nameof(SideTables), nameof(Audit), nameof(Undo), nameof(Fresh))]
    private void UseHistory(string schema, FoundTables tables)
    {
        History = new HistoryTable(schema, _context.Options.HistoryTable);
        SideTables = new SideTables(History);
        SideTables.SetExisting(tables);
        Audit = new AuditTable(SideTables, _context.Identity, _context.Command, _context.Redactor);
        Undo = new UndoTable(SideTables);
        Fresh = new FreshDatabase(History, SideTables);
    }

    private IReadOnlyList<ScriptVersion> Interrupted(ScriptKind kind)
        => ProgressTable.InterruptedVersions(Steps.Select(s => s.Key), kind);

    /// <summary>Waits for the database and finds the history table.</summary>
    private static async Task<OpenedHistory> ConnectAsync(
        CommandContext context, Task before, CancellationToken cancellation)
    {
        var connector = new DatabaseConnector(context.Options, context.Progress, context.Time) { ReportAfter = before };
        DatabaseSession database = await connector.ConnectAsync(cancellation).ConfigureAwait(false);
        try
        {
            HistoryLookup found = await HistoryLookup.ReadAsync(database, context.Options.HistoryTable, context.Options.Schema, cancellation).ConfigureAwait(false);
            database.ServerProcessId = found.Server.BackendPid;
            HistoryLocation.RefuseHiddenSchemas(found, context.Options);
            return new OpenedHistory(database, found, HistoryLocation.FindSchema(found.Server, found.Tables, context.Options));
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task CloseAsync(Task<OpenedHistory> connecting)
    {
        try
        {
            await (await connecting.ConfigureAwait(false)).Database.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or MigrateException or NpgsqlException)
        {
            // The connection was never opened.
        }
    }

    private sealed record OpenedHistory(DatabaseSession Database, HistoryLookup Found, string Schema);
}
