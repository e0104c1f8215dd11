using Migrator.Configuration;
using Migrator.Database;
using Migrator.Reporting;

namespace Migrator.Execution;

/// <summary>Applies what the plan found pending, in order.</summary>
internal sealed class Applier(
    DatabaseSession session, HistoryTable history, SessionSettings settings, LockBudget budget, MigrateOptions options, IRunReport report)
{
    /// <summary>Applies scripts.</summary>
    /// <exception cref="MigrateException">One is wrong (2; none ran), or failed (those before it stay applied).</exception>
    public async Task ApplyAsync(IReadOnlyList<Scripts.Script> pending, CancellationToken cancellation)
    {
        IReadOnlyList<PreparedScript> scripts = PreparedScript.PrepareAll(pending, options.Placeholders);
        var runner = new StatementRunner(session, report);
        var transaction = new TransactionalScript(session, runner, settings, budget, report);
        var evolve = new EvolveMigrations(session, history, transaction, report, cancellation);
        if (!history.Exists)
        {
            await evolve.CreateHistoryAsync().ConfigureAwait(false);
            history.Created();
        }

        for (int next = 0; next < scripts.Count;)
        {
            if (scripts[next].Script.IsTransactionOff)
            {
                await new NonTransactionalScript(session, history, runner, settings, report)
                    .RunAsync(scripts[next++], cancellation).ConfigureAwait(false);
            }
            else
            {
                PreparedScript[] together = [.. scripts.Skip(next).TakeWhile(s => !s.Script.IsTransactionOff)];
                await evolve.MigrateAsync(together).ConfigureAwait(false);
                next += together.Length;
            }
        }
    }
}
