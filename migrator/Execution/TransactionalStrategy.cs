using Migrator.Execution.Locking;
using Migrator.Execution.LockReport;
using Migrator.Scripts;

namespace Migrator.Execution;

/// <summary>
/// Runs one script in one transaction with its history row (guarantee 4), and again until it gets its locks (guarantee 7).
/// </summary>
internal sealed class TransactionalStrategy(MigrationContext context, StatementRunner statements, LockRetry retry, RunTracker tracker)
{
    /// <summary>Opens a script's transaction.</summary>
    public const string Begin = "BEGIN";

    /// <summary>Runs the script and records it.</summary>
    /// <remarks>
    /// What is sent: <c>BEGIN | the script | reset of the session | history row and audit row | COMMIT</c>. All of it is one round trip, unless the script is long (200
    /// statements or half a million characters go out at a time) or has COPY data, which is sent by itself. The server stops at the first statement that fails, so that none of our
    /// own statements after it runs.
    /// </remarks>
    /// <param name="work">The script.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="StatementException">A statement failed, or a deferred constraint at COMMIT; the transaction may still be open.</exception>
    /// <exception cref="MigrateException">The script was changed since it was checked (2); the transaction may still be open.</exception>
    public async Task RunAsync(ScriptWork work, CancellationToken cancellation)
    {
        tracker.Start(work);
        string[] last = [.. context.Settings.ResetStatements, .. work.RecordStatements(), "COMMIT"];
        ObservedTransaction? observed = null;

        // COMMIT itself can deadlock, on deferred constraints: the script is rolled back then, and runs again.
        await retry.RunAsync(() => work.Script.FileName, TryAsync, context.Session.RollbackAsync, cancellation).ConfigureAwait(false);
        if (observed is { AsksInBatch: false })
        {
            observed.Saw(retry.OwnLocks);
        }

        IReadOnlyList<ObservedLock> seen = observed?.LocksAtCommit() ?? [];
        observed?.Committed();
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
