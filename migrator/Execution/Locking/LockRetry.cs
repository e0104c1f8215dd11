using System.Data;
using Migrator.Configuration;
using Migrator.Database;
using Migrator.Execution.LockReport;
using Npgsql;

namespace Migrator.Execution.Locking;

/// <summary>
/// Retries work that cannot acquire a lock (guarantee 7). If a lock wait times out (<c>lock_timeout</c>), the work is rolled back,
/// so that the queries of the application do not queue up behind it. It is retried after a growing pause with jitter, until
/// <c>--lock-wait</c> has passed.
/// </summary>
/// <param name="context">The run's context.</param>
/// <param name="watcher">Finds the sessions and prepared transactions that block the work.</param>
internal sealed class LockRetry(MigrationContext context, StatementWatcher watcher)
{
    /// <summary>The locks that the last attempt held; empty if the attempt was too short to be watched.</summary>
    public IReadOnlyList<HeldLock> HeldLocks => watcher.HeldLocks;

    // PostgreSQL checks for a deadlock after deadlock_timeout, 1 s by default.
    private static readonly TimeSpan DeadlockWait = TimeSpan.FromSeconds(1);

    /// <summary>Runs work, and retries it until it has acquired its locks.</summary>
    /// <param name="name">Gets the name of the work, such as the script's name. Invoked before each attempt.</param>
    /// <param name="work">One attempt.</param>
    /// <param name="rollback">Rolls back a failed attempt. Not called if the session is closed: the server has rolled back.</param>
    /// <param name="cancellation">Ends a pause.</param>
    /// <exception cref="StatementException">
    /// The work failed, or <c>--lock-wait</c> has passed. The last attempt is not rolled back.
    /// </exception>
    /// <exception cref="ClosedSessionException">The work can be retried, but only with a new connection.</exception>
    public async Task RunAsync(Func<string> name, Func<Task> work, Func<Task> rollback, CancellationToken cancellation)
    {
        while (true)
        {
            long start = context.Time.GetTimestamp();
            try
            {
                await watcher.WatchAsync(name(), work).ConfigureAwait(false);
                context.Budget.ResetPause();
                return;
            }
            catch (StatementException e) when (e.IsLockConflict)
            {
                e.Blocker = watcher.Blocker;
                CountWait(e, context.Time.GetElapsedTime(start));
                bool isClosed = context.Session.Connection.State != ConnectionState.Open;
                if ((isClosed && !context.CanReconnect) || !context.Budget.TryGetPause(out TimeSpan pause))
                {
                    throw;
                }

                if (!isClosed)
                {
                    await rollback().ConfigureAwait(false);
                }

                context.Progress.Waiting($"{e.Script.FileName}: {Reason(e)}{HeldBy(e)}; rolled back, next try in {Duration.Format(TimeSpan.FromMilliseconds(Math.Round(pause.TotalMilliseconds)))}");
                await Task.Delay(pause, context.Time, cancellation).ConfigureAwait(false);
                if (isClosed)
                {
                    throw new ClosedSessionException(e);
                }
            }
        }
    }

    // The message without the SQLSTATE, and without the detail of a deadlock, which has several lines.
    private static string Reason(StatementException e) => ForeignText.Of(e.Cause is PostgresException server ? server.MessageText : e.Message);

    private static string HeldBy(StatementException e) => e.Blocker is null ? "" : $", held by {e.Blocker.Description}";

    // An attempt may have run for a long time before it waited for the lock. Only the wait is counted.
    private void CountWait(StatementException e, TimeSpan elapsed)
    {
        if (!e.IsLockWait)
        {
            // The server reports such a conflict without a wait.
            return;
        }

        TimeSpan waited = e.IsDeadlock ? DeadlockWait : context.Options.LockTimeout ?? elapsed;
        context.Budget.Subtract(waited < elapsed ? waited : elapsed);
    }
}

/// <summary>
/// A script was rolled back because of a conflict and can run again, but the session is closed, and with it the run lock is released: Npgsql closes a
/// connection after an internal error of the server (XX000), and PostgreSQL reports some conflicts in this way
/// (<see cref="SqlStates.IsCatalogConflict"/>).
/// </summary>
/// <param name="cause">The conflict.</param>
internal sealed class ClosedSessionException(StatementException cause) : Exception(cause.Message, cause);
