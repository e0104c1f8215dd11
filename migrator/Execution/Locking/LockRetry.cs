using Migrator.Configuration;
using Migrator.Execution.LockReport;
using Npgsql;

namespace Migrator.Execution.Locking;

/// <summary>
/// Guarantee 7: a lock that is not to be had within <c>lock_timeout</c> is given up, so that queries never queue up behind
/// us, and tried for again after a growing, jittered pause, until <c>--lock-wait</c> is spent.
/// </summary>
internal sealed class LockRetry(StatementWatcher watcher, LockBudget budget, TimeSpan? lockTimeout, IExecutionProgress report, TimeProvider time)
{
    /// <summary>The locks that the last try itself held, when it took long enough to be watched.</summary>
    public IReadOnlyList<HeldLock> OwnLocks => watcher.Held;

    // PostgreSQL looks for a deadlock after deadlock_timeout, 1 s by default.
    private static readonly TimeSpan DeadlockWait = TimeSpan.FromSeconds(1);

    /// <summary>Runs work until it gets its locks.</summary>
    /// <param name="what">What is tried, such as the script's name; asked before each try.</param>
    /// <param name="work">One try.</param>
    /// <param name="rollback">Takes a failed try back.</param>
    /// <param name="cancellation">Ends a pause.</param>
    /// <exception cref="StatementException">It failed, or the time is spent; what it did is not taken back.</exception>
    public async Task RunAsync(Func<string> what, Func<Task> work, Func<Task> rollback, CancellationToken cancellation)
    {
        while (true)
        {
            long start = time.GetTimestamp();
            try
            {
                await watcher.WatchAsync(what(), work).ConfigureAwait(false);
                budget.Succeeded();
                return;
            }
            catch (StatementException e) when (e.IsLockConflict)
            {
                e.Blocker = watcher.Blocker;
                Count(e, time.GetElapsedTime(start));
                if (!budget.TryNext(out TimeSpan pause))
                {
                    throw;
                }

                await rollback().ConfigureAwait(false);
                report.Waiting($"{e.Script.FileName}: {Reason(e)}{By(e)}; rolled back, next try in {Duration.Format(TimeSpan.FromMilliseconds(Math.Round(pause.TotalMilliseconds)))}");
                await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    // Without the SQLSTATE and the detail of a deadlock, which are several lines.
    private static string Reason(StatementException e) => e.Cause is PostgresException server ? server.MessageText : e.Message;

    private static string By(StatementException e) => e.Blocker is null ? "" : $", held by {e.Blocker}";

    // A try may have worked for long before it met the lock: only the wait for it is counted.
    private void Count(StatementException e, TimeSpan elapsed)
    {
        TimeSpan waited = e.IsDeadlock ? DeadlockWait : lockTimeout ?? elapsed;
        budget.Spend(waited < elapsed ? waited : elapsed);
    }
}
