using Migrator.Execution.Locking;
using Migrator.Execution.LockReport;
using Migrator.Execution.NonTransactional;
using Migrator.History;
using Migrator.Scripts;

namespace Migrator.Execution;

/// <summary>What runs scripts, put together once for a run.</summary>
internal sealed class ScriptTools : IAsyncDisposable
{
    private readonly ApplyContext _context;
    private readonly StatementWatcher _watcher;

    /// <param name="context">What they work with.</param>
    /// <param name="observer">Sees what scripts lock; null for nobody.</param>
    public ScriptTools(ApplyContext context, LockObserver? observer = null)
    {
        _context = context;
        _watcher = new StatementWatcher(context.Session, context.Options.LockTimeout, context.Report);
        Retry = new LockRetry(_watcher, context.Budget, context.Options.LockTimeout, context.Report);
        var statements = new StatementRunner(context.Session, context.Report);
        var progress = new ProgressTable(context.SideTables);
        var catalog = new StepCatalog(context.Session);
        Transaction = new TransactionalScript(context.Session, statements, context.Settings, Retry, observer);
        var steps = new StepRunner(context.Session, progress, statements, catalog, Retry, Transaction, observer);
        Steps = new NonTransactionalScript(context.Session, progress, steps, catalog, context.Settings, context.Report);
    }

    /// <summary>For whatever waits for locks.</summary>
    public LockRetry Retry { get; }

    /// <summary>For scripts that run in one transaction.</summary>
    public TransactionalScript Transaction { get; }

    /// <summary>For scripts that run outside a transaction.</summary>
    public NonTransactionalScript Steps { get; }

    /// <summary>Takes back what a script has done in its transaction, and notes why it ended.</summary>
    /// <param name="script">The script.</param>
    /// <param name="elapsed">How long it ran.</param>
    /// <param name="failure">Why it ended.</param>
    public async Task AbandonAsync(Script script, TimeSpan elapsed, MigrateException failure)
    {
        await Transaction.RollbackAsync().ConfigureAwait(false);
        await _context.NoteFailureAsync(script, elapsed, failure).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _watcher.DisposeAsync();
}
