using Migrator.Database;
using Migrator.Execution.Locking;
using Migrator.Execution.LockReport;
using Migrator.Planning;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// One script in one transaction with its history row (guarantee 4), again and again until it gets its locks (guarantee 7).
/// </summary>
internal sealed class TransactionalScript(DatabaseSession session, StatementRunner runner, SessionSettings settings, LockRetry retry, LockObserver? observer)
{
    /// <summary>Opens a script's transaction.</summary>
    public const string Begin = "BEGIN";

    private static readonly TimeSpan RollbackLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Runs the script in a transaction, resets what it changed in the session, writes its rows, commits: all in one round
    /// trip, unless the script is long. The server stops at the first statement that fails, so none of ours behind it runs.
    /// </summary>
    /// <param name="script">The script.</param>
    /// <param name="rows">The history row and its kin.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>What it did to tables that were there before.</returns>
    /// <exception cref="StatementException">A statement failed, or a deferred constraint at COMMIT; the transaction may still be open.</exception>
    public async Task<IReadOnlyList<ObservedLock>> RunAsync(CheckedScript script, IReadOnlyList<string> rows, CancellationToken cancellation)
    {
        IReadOnlyList<string> last = Last(rows);
        ObservedTransaction? observed = null;
        // COMMIT itself can deadlock, on deferred constraints: then the script is run again, for it is rolled back.
        await retry.RunAsync(() => script.Script.FileName, TryAsync, RollbackAsync, cancellation).ConfigureAwait(false);
        if (observed is { IsAsked: false })
        {
            observed.Saw(retry.Held);
        }

        IReadOnlyList<ObservedLock> seen = observed?.ToCommit() ?? [];
        observed?.Committed();
        return seen;

        async Task TryAsync()
        {
            observed = observer?.Begin(script, script.Statements, Begin);
            try
            {
                await runner.RunAllAsync(script, script.Statements, Begin, last, observed, cancellation).ConfigureAwait(false);
            }
            catch (LookException e)
            {
                await RollbackAsync().ConfigureAwait(false);
                observer!.GiveUp(e.Cause);
                observed = null;
                await runner.RunAllAsync(script, script.Statements, Begin, last, null, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What follows a script's statements: the session as it was, the rows, the commit.</summary>
    public IReadOnlyList<string> Last(IReadOnlyList<string> rows) => [.. settings.ResetStatements, .. rows, "COMMIT"];

    /// <summary>Rolls back; a connection that is gone has rolled back already.</summary>
    public async Task RollbackAsync()
    {
        // A network that was cut must not hold up the end of a pod.
        using var limit = new CancellationTokenSource(RollbackLimit);
        try
        {
            await session.ExecuteAsync("ROLLBACK", limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or OperationCanceledException)
        {
            // Nothing is lost: the server rolls back a session that ends.
        }
    }
}
