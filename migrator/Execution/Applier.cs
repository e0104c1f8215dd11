using System.Diagnostics;
using Migrator.Database;
using Migrator.Execution.Steps;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Execution;

/// <summary>Applies what the plan found pending, in order.</summary>
internal sealed class Applier(ApplyContext context, IReadOnlyList<PreparedScript> scripts, ILookup<string, StepProgress> progress)
{
    private long _started;

    /// <summary>Applies the scripts.</summary>
    /// <exception cref="MigrateException">One failed; those before it stay applied.</exception>
    public async Task ApplyAsync(CancellationToken cancellation)
    {
        await using var watcher = new StatementWatcher(context.Session, context.Options.LockTimeout, context.Report);
        var retry = new LockRetry(watcher, context.Budget, context.Options.LockTimeout, context.Report);
        var statements = new StatementRunner(context.Session, context.Report);
        var transaction = new TransactionalScript(context.Session, statements, context.Settings, retry);
        var evolve = new EvolveMigrations(context, transaction, cancellation) { Starting = Starting };
        await context.CreateTablesAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (int next = 0; next < scripts.Count;)
            {
                if (scripts[next].Script.IsTransactionOff)
                {
                    await ApplyStepsAsync(scripts[next++], statements, transaction, retry, cancellation).ConfigureAwait(false);
                }
                else
                {
                    PreparedScript[] together = [.. scripts.Skip(next).TakeWhile(s => !s.Script.IsTransactionOff)];
                    await evolve.MigrateAsync(together).ConfigureAwait(false);
                    next += together.Length;
                }
            }
        }
        catch (StatementException e)
        {
            MigrateException failure = e.ToFailure();
            await NoteFailureAsync(e.Script.Script, failure).ConfigureAwait(false);
            throw failure;
        }
    }

    private async Task ApplyStepsAsync(
        PreparedScript script, StatementRunner statements, TransactionalScript transaction, LockRetry retry, CancellationToken cancellation)
    {
        var table = new ProgressTable(context.SideTables);
        var catalog = new StepCatalog(context.Session);
        var steps = new StepRunner(context.Session, table, statements, catalog, retry, transaction);
        Starting(script);
        TimeSpan elapsed = await new NonTransactionalScript(context.Session, table, steps, catalog, context.Settings, context.Report)
            .RunAsync(
                script,
                [.. progress[ProgressTable.KeyOf(script.Script)]],
                time => [context.History.InsertStatement(script.Script, time), context.AuditStatement(script.Script, time)],
                cancellation).ConfigureAwait(false);
        context.Report.Applied(new(script.Script, elapsed));
    }

    private void Starting(PreparedScript script)
    {
        _started = Stopwatch.GetTimestamp();
        context.Report.Applying(script.Script);
    }

    // The audit table keeps what the history table must not: best effort, for the cause is already on its way out.
    private async Task NoteFailureAsync(Script script, MigrateException failure)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await context.Session.ExecuteAllAsync(
                [.. context.Settings.ResetStatements, context.Audit.InsertStatement(script, AuditOutcome.Failed, Stopwatch.GetElapsedTime(_started), failure.Problems[0])],
                limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // The connection is gone: the log has the cause.
        }
    }
}
