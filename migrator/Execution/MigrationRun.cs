using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.Execution.LockReport;
using Migrator.Execution.NonTransactional;
using Migrator.History;
using Migrator.Planning;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// Runs scripts in order: the pending scripts of <c>up</c>, or the undo scripts of <c>down</c>. Each script runs with one of three
/// strategies:
/// <list type="bullet">
/// <item>Non-transactional: step by step. For a script whose first line is <c>-- evolve-tx-off</c>.</item>
/// <item>Pipelined: up to 32 scripts in one round trip, each in its own transaction. For a pending script that is short, is expected
/// to be fast, and accesses only tables that this run has created (<see cref="PipelineRules"/>).</item>
/// <item>Transactional: in one transaction with its history row. For every other script.</item>
/// </list>
/// Comments refer to guarantees by number. They are listed in migrator/README.md, "What a run guarantees".
/// </summary>
internal sealed class MigrationRun : IAsyncDisposable
{
    // The time limit for writing the audit row of a failed script.
    private static readonly TimeSpan s_auditLimit = TimeSpan.FromSeconds(5);

    private readonly MigrationContext _context;
    private readonly StatementWatcher _watcher;
    private readonly RunTracker _tracker;
    private readonly PipelinedStrategy _pipelined;
    private readonly TransactionalStrategy _transactional;
    private readonly NonTransactionalStrategy _nonTransactional;

    private MigrationRun(MigrationContext context, LockObserver? observer)
    {
        _context = context;
        _tracker = new RunTracker(context);
        _watcher = new StatementWatcher(context.Session, context.Options.LockTimeout, context.Progress, context.Time);
        var retry = new LockRetry(context, _watcher);
        var statements = new StatementRunner(context, observer);
        _pipelined = new PipelinedStrategy(context, retry, _tracker);
        _transactional = new TransactionalStrategy(context, statements, retry, _tracker);
        _nonTransactional = new NonTransactionalStrategy(context, statements, retry, _tracker);
    }

    /// <summary>Applies pending scripts, in order.</summary>
    /// <param name="context">The run's context.</param>
    /// <param name="scripts">The scripts.</param>
    /// <param name="steps">The steps of <c>-- evolve-tx-off</c> scripts that earlier runs recorded.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">A script failed. The scripts before it stay applied.</exception>
    /// <exception cref="ClosedSessionException">A script was rolled back and can run again, with a new connection.</exception>
    public static async Task ApplyAsync(
        MigrationContext context, IReadOnlyList<CheckedScript> scripts, ILookup<string, StepRecord> steps, CancellationToken cancellation)
    {
        ApplyWork[] work =
        [
            .. scripts.Select(s => new ApplyWork(s, context.History, context.Audit)
            {
                RecordedSteps = [.. steps[ProgressTable.KeyOf(s.Script)]],
                AfterContract = context.AfterContract,
            }),
        ];
        await RunAsync(context, work, isObserved: context.Options.Observe, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs undo scripts, in order.</summary>
    /// <param name="context">The run's context.</param>
    /// <param name="undos">The versions and their undo scripts.</param>
    /// <param name="steps">The steps of <c>-- evolve-tx-off</c> scripts that earlier runs recorded.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">A script failed. The versions before it stay undone.</exception>
    public static async Task UndoAsync(
        MigrationContext context, IReadOnlyList<CheckedUndo> undos, ILookup<string, StepRecord> steps, CancellationToken cancellation)
    {
        UndoWork[] work =
        [
            .. undos.Select(u => new UndoWork(u.Script, u.Plan, context.History, context.SideTables, context.Audit)
            {
                RecordedSteps = [.. steps[ProgressTable.KeyOf(u.Script.Script)]],
                KeepsRepeatables = context.Options.Phase == ScriptPhase.Contract,
            }),
        ];
        await RunAsync(context, work, isObserved: false, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _watcher.DisposeAsync();

    private static async Task RunAsync(MigrationContext context, IReadOnlyList<ScriptWork> work, bool isObserved, CancellationToken cancellation)
    {
        if (work.Count == 0)
        {
            return;
        }

        await HistoryCreation.CreateMissingAsync(context.Session, context.History, context.SideTables, context.Options, context.Trust, cancellation).ConfigureAwait(false);
        LockObserver? observer = isObserved && work.Any(w => w.Checked.Analysis.Transactions.Count > 0)
            ? await LockObserver.StartAsync(context, cancellation).ConfigureAwait(false)
            : null;
        await using var run = new MigrationRun(context, observer);
        await run.RunInOrderAsync(work, cancellation).ConfigureAwait(false);
    }

    private async Task RunInOrderAsync(IReadOnlyList<ScriptWork> work, CancellationToken cancellation)
    {
        try
        {
            for (int next = 0; next < work.Count;)
            {
                ApplyWork[] batch = PipelinedStrategy.BatchOf(work.Skip(next));
                if (batch.Length > 0)
                {
                    await _pipelined.RunAsync(batch, cancellation).ConfigureAwait(false);
                    next += batch.Length;
                    continue;
                }

                await _pipelined.ReleaseAsync(cancellation).ConfigureAwait(false);
                ScriptWork script = work[next++];
                Task running = script.Script.IsTransactionOff ? _nonTransactional.RunAsync(script, cancellation) : _transactional.RunAsync(script, cancellation);
                await running.ConfigureAwait(false);
            }
        }
        catch (Exception e) when (FailureOf(e, cancellation) is { } failure)
        {
            await RecordFailureAsync(failure).ConfigureAwait(false);
            if (e == failure || cancellation.IsCancellationRequested)
            {
                throw;
            }

            throw failure;
        }
        finally
        {
            _context.Progress.Ended();

            // Does not throw, so it cannot hide the failure of a script.
            await _tracker.LockReports.WriteAsync().ConfigureAwait(false);
        }
    }

    // Converts an exception to the failure of the current script, for the audit table; null if no script failed.
    private MigrateException? FailureOf(Exception e, CancellationToken cancellation) => e switch
    {
        StatementException statement => statement.ToFailure(_context.History),
        MigrateException failure => failure,
        _ when cancellation.IsCancellationRequested => new MigrateException(ExitCode.Terminated, new Problem("interrupted", "interrupted by a signal, or by --timeout")),
        OutOfMemoryException when _tracker.Current is { } current => current.Script.OutOfMemory(e),
        _ when SqlStates.IsConnectionLoss(e) => DatabaseProblems.Lost(e),
        PostgresException server when MigrationContext.RecordingProblem(server, _context.History) is { } problem
            => new MigrateException(ExitCode.MigrationFailed, problem with { Script = _tracker.Current?.Script.FileName }, e),
        NpgsqlException when _tracker.Current is { } current => HistoryProblems.Failed($"recording {current.Script.FileName}", e, _context.History),
        _ => null,
    };

    // Rolls back the open transaction, and records the failure of the current script in the audit table.
    private async Task RecordFailureAsync(MigrateException failure)
    {
        if (_tracker.Current is not { } current)
        {
            return;
        }

        await _context.Session.RollbackAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(s_auditLimit, _context.Time);
        try
        {
            await _context.Session.ExecuteAllAsync(
                [
                    .. _context.Settings.ResetStatements,
                    _context.Audit.InsertStatement(current.Script, AuditOutcome.Failed, _tracker.Elapsed, failure.Problems[0]),
                ],
                limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // Best effort: without a connection the row cannot be written. The command's output contains the cause.
        }
    }
}
