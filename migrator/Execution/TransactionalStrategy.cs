using Migrator.Execution.Locking;
using Migrator.Execution.LockReport;
using Migrator.Scripts;

namespace Migrator.Execution;

/// <summary>
/// Runs one script in one transaction with its history row (guarantee 4), and retries it until it has acquired its locks
/// (guarantee 7).
/// </summary>
/// <param name="context">The run's context.</param>
/// <param name="statements">Executes the statements.</param>
/// <param name="retry">Retries scripts that cannot acquire a lock.</param>
/// <param name="tracker">Receives the start and the end of each script.</param>
internal sealed class TransactionalStrategy(MigrationContext context, StatementRunner statements, LockRetry retry, RunTracker tracker)
{
    /// <summary>The statement that opens a script's transaction.</summary>
    public const string Begin = "BEGIN";

    /// <summary>
    /// The statement that runs the deferred triggers of a script, before the script's role and search path are reset. At COMMIT they
    /// would run with other settings than those of the script.
    /// </summary>
    public const string CheckConstraints = "SET CONSTRAINTS ALL IMMEDIATE";

    /// <summary>Runs the script and records it.</summary>
    /// <remarks>
    /// The run sends <c>BEGIN | the script | deferred triggers | reset of the session | checks of the run lock and the tables | history row and audit row | COMMIT</c>. This is one round trip,
    /// unless the script has more than 200 statements or half a million characters, or has COPY data, which is sent separately. The
    /// server stops at the first statement that fails, so it does not execute the COMMIT after it.
    /// </remarks>
    /// <param name="work">The script.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">
    /// A statement failed, or a deferred constraint. The transaction may still be open.
    /// </exception>
    /// <exception cref="MigrateException">The script was changed after it was checked (2). The transaction may still be open.</exception>
    public async Task RunAsync(ScriptWork work, CancellationToken cancellation)
    {
        tracker.Start(work);
        string[] last = [CheckConstraints, .. context.Settings.ResetStatements, .. context.ChecksBeforeRecord(work.Checked, step: 0), .. work.RecordStatements(), "COMMIT"];
        ObservedTransaction? observed = null;

        // These statements are part of the attempt, because deferred constraints can cause a deadlock. The script is then rolled back
        // and retried.
        await retry.RunAsync(() => work.Script.FileName, TryAsync, context.Session.RollbackAsync, cancellation).ConfigureAwait(false);
        if (observed is { QueriesInBatch: false })
        {
            observed.SetHeldLocks(retry.HeldLocks);
        }

        IReadOnlyList<ObservedLock> seen = observed?.LocksAtCommit() ?? [];
        observed?.MarkCommitted();
        TimeSpan elapsed = tracker.Elapsed;
        await tracker.LockReports.AddAsync(work.Script, elapsed, seen).ConfigureAwait(false);
        tracker.Done(work, elapsed, seen);

        async Task TryAsync()
        {
            ScriptReader? reader = null;
            try
            {
                observed = await statements.RunAllAsync(work.Checked, step: 0, Open, Begin, last, cancellation).ConfigureAwait(false);
            }
            finally
            {
                reader?.Dispose();
            }

            IStatementReader Open()
            {
                reader?.Dispose();
                return reader = work.Checked.Open();
            }
        }
    }
}
