using Migrator.Database;
using Migrator.Execution.Observation;
using Migrator.Execution.Steps;

namespace Migrator.Execution;

/// <summary>What runs scripts, put together once for a run.</summary>
internal sealed class ScriptTools : IAsyncDisposable
{
    private readonly StatementWatcher _watcher;

    /// <param name="context">What they work with.</param>
    /// <param name="observer">Sees what scripts lock; null for nobody.</param>
    public ScriptTools(ApplyContext context, LockObserver? observer = null)
    {
        _watcher = new StatementWatcher(context.Session, context.Options.LockTimeout, context.Report);
        var retry = new LockRetry(_watcher, context.Budget, context.Options.LockTimeout, context.Report);
        var statements = new StatementRunner(context.Session, context.Report);
        var progress = new ProgressTable(context.SideTables);
        var catalog = new StepCatalog(context.Session);
        Transaction = new TransactionalScript(context.Session, statements, context.Settings, retry, observer);
        var steps = new StepRunner(context.Session, progress, statements, catalog, retry, Transaction, observer);
        Steps = new NonTransactionalScript(context.Session, progress, steps, catalog, context.Settings, context.Report);
    }

    /// <summary>For scripts that run in one transaction.</summary>
    public TransactionalScript Transaction { get; }

    /// <summary>For scripts that run outside a transaction.</summary>
    public NonTransactionalScript Steps { get; }

    public ValueTask DisposeAsync() => _watcher.DisposeAsync();
}
