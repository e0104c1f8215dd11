using Migrator.Database;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// One script in one transaction with its history row (guarantee 4), again and again until it gets its locks (guarantee 7).
/// </summary>
internal sealed class TransactionalScript(DatabaseSession session, StatementRunner runner, SessionSettings settings, LockRetry retry)
{
    private static readonly TimeSpan RollbackLimit = TimeSpan.FromSeconds(5);

    private PreparedScript? script;

    /// <summary>Begins the transaction and runs the script in it.</summary>
    /// <exception cref="StatementException">A statement failed; the transaction is still open.</exception>
    public Task RunAsync(PreparedScript toRun, CancellationToken cancellation)
    {
        script = toRun;
        return retry.RunAsync(toRun.Script.FileName, () => RunOnceAsync(cancellation), RollbackAsync, cancellation);
    }

    /// <summary>Resets what the script changed in the session, writes its rows, commits: one round trip.</summary>
    /// <param name="rows">The history row and its kin.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <exception cref="StatementException">A deferred constraint failed at COMMIT.</exception>
    public async Task CommitAsync(IReadOnlyList<string> rows, CancellationToken cancellation)
    {
        bool isFirst = true;
        await retry.RunAsync(script!.Script.FileName, CommitOnceAsync, RollbackAsync, cancellation).ConfigureAwait(false);

        // COMMIT itself can deadlock, on deferred constraints: then the script is run again, for it is rolled back.
        async Task CommitOnceAsync()
        {
            if (!isFirst)
            {
                await RunOnceAsync(cancellation).ConfigureAwait(false);
            }

            isFirst = false;
            try
            {
                await session.ExecuteAllAsync([.. settings.ResetStatements, .. rows, "COMMIT"], cancellation).ConfigureAwait(false);
            }
            catch (NpgsqlException e)
            {
                throw new StatementException(script!, null, e);
            }
        }
    }

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

    private Task RunOnceAsync(CancellationToken cancellation) => runner.RunAllAsync(script!, "BEGIN", cancellation);
}
