using Migrator.Execution.Locking;
using Migrator.Execution.LockReport;
using Migrator.Execution.NonTransactional;
using Migrator.History;
using Migrator.Planning;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// Runs scripts in their order: the pending ones of <c>up</c>, or the undo scripts of <c>down</c>. Each script runs by one of three strategies: pipelined (several short
/// scripts in one round trip, each in its own transaction), transactional (in one transaction with its history row), or non-transactional (step by step).
/// </summary>
internal sealed class MigrationRun : IAsyncDisposable
{
    private static readonly TimeSpan s_noteLimit = TimeSpan.FromSeconds(5);

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
    /// <param name="progress">How far earlier runs got.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">A script failed; those before it stay applied.</exception>
    public static async Task ApplyAsync(
        MigrationContext context, IReadOnlyList<CheckedScript> scripts, ILookup<string, StepProgress> progress, CancellationToken cancellation)
    {
        ApplyWork[] work =
        [
            .. scripts.Select(s => new ApplyWork(s, context.History, context.Audit) { Recorded = [.. progress[ProgressTable.KeyOf(s.Script)]] }),
        ];
        await RunAsync(context, work, isObserved: context.Options.Observe, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs undo scripts, in order.</summary>
    /// <param name="context">What they are run with.</param>
    /// <param name="undos">The versions and their undo scripts.</param>
    /// <param name="progress">How far earlier runs got.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">A script failed; the versions before it stay undone.</exception>
    public static async Task UndoAsync(
        MigrationContext context, IReadOnlyList<CheckedUndo> undos, ILookup<string, StepProgress> progress, CancellationToken cancellation)
    {
        UndoWork[] work =
        [
            .. undos.Select(u => new UndoWork(u.Script, u.Plan, context.History, context.SideTables, context.Audit)
            {
                Recorded = [.. progress[ProgressTable.KeyOf(u.Script.Script)]],
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
        LockObserver? observer = isObserved && work.Any(w => w.Script.Analysis.Transactions.Count > 0)
            ? await LockObserver.StartAsync(context, cancellation).ConfigureAwait(false)
            : null;
        await using var run = new MigrationRun(context, observer);
        await run.RunAllAsync(work, cancellation).ConfigureAwait(false);
    }

    private async Task RunAllAsync(IReadOnlyList<ScriptWork> work, CancellationToken cancellation)
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
                if (script.Script.Script.IsTransactionOff)
                {
                    await _nonTransactional.RunAsync(script, cancellation).ConfigureAwait(false);
                }
                else
                {
                    await _transactional.RunAsync(script, cancellation).ConfigureAwait(false);
                }
            }
        }
        catch (StatementException e)
        {
            MigrateException failure = e.ToFailure();
            await AbandonAsync(failure).ConfigureAwait(false);
            throw failure;
        }
        catch (Exception e) when (e is MigrateException || cancellation.IsCancellationRequested)
        {
            // No statement failed, but the run stops in this script: that is recorded all the same.
            var ended = new MigrateException(ExitCode.Terminated, new Problem("interrupted", "ended by a signal, or by --timeout"));
            await AbandonAsync(e as MigrateException ?? ended).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await _tracker.LockReports.WriteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Rolls back what the current script did, and records in the audit table why it ended.</summary>
    private async Task AbandonAsync(MigrateException failure)
    {
        if (_tracker.Current is not { } script)
        {
            return;
        }

        await _context.Session.RollbackAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(s_noteLimit, _context.Time);
        try
        {
            await _context.Session.ExecuteAllAsync(
                [
                    .. _context.Settings.ResetStatements,
                    _context.Audit.InsertStatement(script.Script.Script, AuditOutcome.Failed, _tracker.Elapsed, failure.Problems[0]),
                ],
                limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // Best effort: a connection that is gone takes the note with it, and the log has the cause.
        }
    }
}
