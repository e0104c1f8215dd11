using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.Execution.LockReport;
using Migrator.Execution.NonTransactional;
using Migrator.History;
using Migrator.Planning;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// Runs scripts in their order: the pending ones of <c>up</c>, or the undo scripts of <c>down</c>. Each script runs by one of three strategies:
/// <list type="bullet">
/// <item>non-transactional, step by step: a script whose first line says <c>-- evolve-tx-off</c>;</item>
/// <item>pipelined, up to 32 scripts in one round trip, each in its own transaction: a pending script that is short, expected to be fast, and accesses only tables that this
/// run has created (<see cref="PipelineRules"/>);</item>
/// <item>transactional, in one transaction with its history row: every other script.</item>
/// </list>
/// The guarantees that comments name by number are in migrator/README.md, "What a run guarantees".
/// </summary>
internal sealed class MigrationRun : IAsyncDisposable
{
    // How long the audit row of a failed script may take.
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
        var retry = new LockRetry(_watcher, context.Budget, context.Options.LockTimeout, context.Progress, context.Time);
        var statements = new StatementRunner(context, observer);
        _pipelined = new PipelinedStrategy(context, retry, _tracker);
        _transactional = new TransactionalStrategy(context, statements, retry, _tracker);
        _nonTransactional = new NonTransactionalStrategy(context, statements, retry, _tracker);
    }

    /// <summary>Applies pending scripts, in order.</summary>
    /// <param name="context">What they are applied with.</param>
    /// <param name="scripts">The scripts.</param>
    /// <param name="steps">How far earlier runs got in <c>-- evolve-tx-off</c> scripts.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">A script failed; those before it stay applied.</exception>
    public static async Task ApplyAsync(
        MigrationContext context, IReadOnlyList<CheckedScript> scripts, ILookup<string, StepRecord> steps, CancellationToken cancellation)
    {
        ApplyWork[] work =
        [
            .. scripts.Select(s => new ApplyWork(s, context.History, context.Audit) { Recorded = [.. steps[ProgressTable.KeyOf(s.Script)]] }),
        ];
        await RunAsync(context, work, isObserved: context.Options.Observe, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs undo scripts, in order.</summary>
    /// <param name="context">What they are run with.</param>
    /// <param name="undos">The versions and their undo scripts.</param>
    /// <param name="steps">How far earlier runs got in <c>-- evolve-tx-off</c> scripts.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">A script failed; the versions before it stay undone.</exception>
    public static async Task UndoAsync(
        MigrationContext context, IReadOnlyList<CheckedUndo> undos, ILookup<string, StepRecord> steps, CancellationToken cancellation)
    {
        UndoWork[] work =
        [
            .. undos.Select(u => new UndoWork(u.Script, u.Plan, context.History, context.SideTables, context.Audit)
            {
                Recorded = [.. steps[ProgressTable.KeyOf(u.Script.Script)]],
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

        await HistoryCreation.CreateMissingAsync(context.Session, context.History, context.SideTables, cancellation).ConfigureAwait(false);
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
                ScriptWork one = work[next++];
                Task running = one.Script.IsTransactionOff ? _nonTransactional.RunAsync(one, cancellation) : _transactional.RunAsync(one, cancellation);
                await running.ConfigureAwait(false);
            }
        }
        catch (Exception e) when (FailureOf(e, cancellation) is { } failure)
        {
            await AbandonAsync(failure).ConfigureAwait(false);
            if (e == failure || cancellation.IsCancellationRequested)
            {
                throw;
            }

            throw failure;
        }
        finally
        {
            // Best effort: it does not throw.
            await _tracker.LockReports.WriteAsync().ConfigureAwait(false);
        }
    }

    // What the audit table says of the script that stopped the run; null for what is no failure of a script.
    private MigrateException? FailureOf(Exception e, CancellationToken cancellation) => e switch
    {
        StatementException statement => statement.ToFailure(),
        MigrateException failure => failure,
        _ when cancellation.IsCancellationRequested => new MigrateException(ExitCode.Terminated, new Problem("interrupted", "ended by a signal, or by --timeout")),
        OutOfMemoryException when _tracker.Current is { } current => current.Script.OutOfMemory(e),
        _ when SqlStates.IsConnectionLoss(e) => DatabaseProblems.Lost(e),
        NpgsqlException when _tracker.Current is { } current => HistoryProblems.Failed($"recording {current.Script.FileName}", e, _context.History),
        _ => null,
    };

    // Rolls back what the current script did, and records in the audit table why it ended.
    private async Task AbandonAsync(MigrateException failure)
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
            // Best effort: a connection that is gone takes the row with it, and the log has the cause.
        }
    }
}
